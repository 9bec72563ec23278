"use client";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { ModelServer } from "@/domain/tokens/model-server";
import type { TokenizerFile } from "@/domain/tokens/tokenizer-file";
import { useModelServerChanges } from "./use-model-servers";
import { useTokenizerChanges } from "./use-tokenizers";

export function DeleteModelServerDialog({
  server,
  onClose,
}: {
  server: ModelServer;
  onClose: () => void;
}) {
  const { remove } = useModelServerChanges();
  return (
    <DeleteDialog
      what="server"
      name={server.name}
      removal={remove}
      onDelete={() => {
        remove.mutate({ id: server.id }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      Its address and its secret are gone. Profiles that it counts for must choose another way
      first.
    </DeleteDialog>
  );
}

export function DeleteTokenizerDialog({
  tokenizer,
  onClose,
}: {
  tokenizer: TokenizerFile;
  onClose: () => void;
}) {
  const { remove } = useTokenizerChanges();
  return (
    <DeleteDialog
      what="tokenizer"
      name={tokenizer.name}
      removal={remove}
      onDelete={() => {
        remove.mutate({ id: tokenizer.id }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {tokenizer.source === "file" ? "The file itself stays where it is." : "The upload is gone."}{" "}
      Profiles that it counts for must choose another way first.
    </DeleteDialog>
  );
}

/** Asks, because it cannot be undone. What the server refuses stands in it, in the server's words. */
function DeleteDialog(props: {
  what: string;
  name: string;
  removal: { isError: boolean; isPending: boolean; error: unknown };
  onDelete: () => void;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const { what, name, removal, onDelete, onClose, children } = props;
  return (
    <Dialog title={`Delete ${name}?`} open onClose={onClose} className="max-w-100">
      <div className="flex flex-col gap-3 px-3.5 pt-1.5 pb-3.5">
        <p className="type-12 text-pretty text-fg-2">{children}</p>
        {removal.isError && <CallFailure error={removal.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep {what}</Button>
          <Button variant="danger" disabled={removal.isPending} onClick={onDelete}>
            Delete {what}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
