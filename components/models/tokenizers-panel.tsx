"use client";
import { FileJson, Plus, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { ListNotRead } from "@/components/trpc/list-not-read";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Panel } from "@/components/ui/panel";
import { EmptyState } from "@/components/ui/states";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import type { TokenizerFile } from "@/domain/tokens/tokenizer-file";
import { formatIso } from "@/domain/time/format-time";
import { formatDecimals, formatFull } from "@/domain/units/format-number";
import { useTokenizers } from "./use-tokenizers";

// Few open a dialog, and none is shown at first.
const TokenizerDialog = lazy(() =>
  import("./tokenizer-dialog").then((loaded) => ({ default: loaded.TokenizerDialog })),
);
const DeleteTokenizerDialog = lazy(() =>
  import("./delete-counter-dialog").then((loaded) => ({ default: loaded.DeleteTokenizerDialog })),
);

/** `tokenizer.json` files of models, for exact counts here. Who may not change them reads the list. */
export function TokenizersPanel({ isAdmin }: { isAdmin: boolean }) {
  const { data, error, refetch } = useTokenizers();
  const [isAdding, setIsAdding] = useState(false);
  const [leaving, setLeaving] = useState<TokenizerFile | null>(null);
  const add = isAdmin && (
    <Button
      size="sm"
      icon={<Plus />}
      onClick={() => {
        setIsAdding(true);
      }}
    >
      Add tokenizer
    </Button>
  );
  return (
    <Panel
      title="Tokenizers"
      subtitle="tokenizer.json of models, for exact counts"
      divided
      className="flex-none"
      actions={data !== undefined && data.tokenizers.length > 0 && add}
    >
      {data === undefined ? (
        <ListNotRead
          label="tokenizers"
          title="Tokenizers were not read"
          waitingFor="The database reads the tokenizers"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : (
        <TokenizerList
          tokenizers={data.tokenizers}
          add={add}
          onDelete={isAdmin ? setLeaving : null}
        />
      )}
      <Suspense fallback={null}>
        {isAdding && (
          <TokenizerDialog
            onClose={() => {
              setIsAdding(false);
            }}
          />
        )}
        {leaving !== null && (
          <DeleteTokenizerDialog
            tokenizer={leaving}
            onClose={() => {
              setLeaving(null);
            }}
          />
        )}
      </Suspense>
    </Panel>
  );
}

interface TokenizerListProps {
  tokenizers: readonly TokenizerFile[];
  add: ReactNode;
  /** Null: who asks may not. */
  onDelete: ((tokenizer: TokenizerFile) => void) | null;
}

function TokenizerList({ tokenizers, add, onDelete }: TokenizerListProps) {
  if (tokenizers.length === 0)
    return (
      <EmptyState icon={<FileJson />} title="No tokenizer yet" actions={add}>
        The tokenizer.json of a model (Nemotron, Llama, Qwen and others have one) counts its prompts
        exactly. Without it an encoding estimates them.
      </EmptyState>
    );
  return (
    // A region that scrolls is reached by keyboard; relative, or what is hidden in it would widen the page.
    <div
      tabIndex={0}
      role="group"
      aria-label="Table of tokenizers"
      className="relative overflow-x-auto -outline-offset-2"
    >
      <Table>
        <thead>
          <tr>
            <HeadCell>Tokenizer</HeadCell>
            <HeadCell>Kind</HeadCell>
            <HeadCell isNumber>Vocabulary</HeadCell>
            <HeadCell isNumber>Size</HeadCell>
            <HeadCell>From</HeadCell>
            <HeadCell>SHA-256</HeadCell>
            <HeadCell>
              <span className="sr-only">Actions</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {tokenizers.map((tokenizer) => (
            <TokenizerRow key={tokenizer.id} tokenizer={tokenizer} onDelete={onDelete} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function TokenizerRow(props: {
  tokenizer: TokenizerFile;
  onDelete: TokenizerListProps["onDelete"];
}) {
  const { tokenizer, onDelete } = props;
  const { name, description, vocabularySize, sizeBytes, source, sha256 } = tokenizer;
  return (
    <tr>
      <Cell className="max-w-60 truncate font-medium">{name}</Cell>
      <Cell className="text-fg-2">{description}</Cell>
      <Cell isNumber>{formatFull(vocabularySize)}</Cell>
      <Cell isNumber>{formatDecimals(sizeBytes / 1_024 ** 2, 1)} MiB</Cell>
      <Cell
        className="text-fg-2"
        title={`added ${formatIso(tokenizer.createdAtMs)} by ${tokenizer.createdBy}`}
      >
        {source === "file" ? "a file of the portal’s machine" : "an upload"}
      </Cell>
      <Cell className="type-code text-[11px] text-fg-3" title={sha256}>
        {sha256.slice(0, 12)}…
      </Cell>
      <Cell>
        <span className="flex justify-end">
          {onDelete && (
            <IconButton
              label={`Delete ${name}`}
              icon={<Trash2 />}
              onClick={() => {
                onDelete(tokenizer);
              }}
            />
          )}
        </span>
      </Cell>
    </tr>
  );
}
