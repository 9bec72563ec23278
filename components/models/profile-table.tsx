"use client";
import { Eye, Pencil, Star, Trash2 } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/icon-button";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { contextBudgetOf } from "@/domain/tokens/context-budget";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import type { MeasuredError } from "@/domain/tokens/usage-report";
import { formatFull } from "@/domain/units/format-number";
import { CountedBy } from "./counted-by";
import type { Counters } from "./counting-fields";

export type ProfileAction = "open" | "default" | "delete";

export interface ProfileTableProps {
  profiles: readonly ListedProfile[];
  counters: Counters;
  errors: readonly MeasuredError[] | undefined;
  /** Whose figures “What fits” shows. */
  chosenId: string | null;
  onChoose: (id: string) => void;
  isAdmin: boolean;
  onAction: (action: ProfileAction, profile: ListedProfile) => void;
}

const steps: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** One profile a row. Arrow keys walk, Enter chooses the one whose memory is computed. */
export function ProfileTable(props: ProfileTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const walk = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    const rows = [...(body.current?.querySelectorAll<HTMLTableRowElement>("tr") ?? [])];
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    event.preventDefault();
    rows[Math.min(rows.length - 1, Math.max(0, here + step))]?.focus();
  };
  return (
    // A region that scrolls is reached by keyboard; relative, or what is hidden in it would widen the page.
    <div
      tabIndex={0}
      role="group"
      aria-label="Table of profiles"
      onKeyDown={walk}
      className="relative min-h-0 overflow-auto -outline-offset-2"
    >
      <Table>
        <caption className="sr-only">
          Profiles of models; arrow keys walk, Enter computes what fits
        </caption>
        <thead className="sticky top-0 z-1 bg-surface-1">
          <tr>
            <HeadCell>Model</HeadCell>
            <HeadCell isNumber>Window</HeadCell>
            <HeadCell isNumber>Slots</HeadCell>
            <HeadCell isNumber>Output</HeadCell>
            <HeadCell isNumber>For a prompt</HeadCell>
            <HeadCell isNumber>Warned from</HeadCell>
            <HeadCell>Counted by</HeadCell>
            <HeadCell isNumber>Services</HeadCell>
            <HeadCell>
              <span className="sr-only">Actions</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody ref={body}>
          {props.profiles.map((profile) => (
            <ProfileRow key={profile.id} {...props} profile={profile} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function ProfileRow(props: ProfileTableProps & { profile: ListedProfile }) {
  const { profile, chosenId, onChoose } = props;
  const { id, overrides } = profile;
  const budget = contextBudgetOf(profile);
  const percent = Number((profile.warningThreshold * 100).toFixed(2));
  return (
    <tr
      tabIndex={-1}
      aria-current={id === chosenId || undefined}
      onClick={() => {
        onChoose(id);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) onChoose(id);
      }}
      className="h-10.5 hover:bg-surface-2 focus:bg-accent-soft focus:outline-none aria-[current=true]:bg-accent-soft aria-[current=true]:shadow-[inset_2px_0_0_var(--accent)]"
    >
      <Cell className="max-w-60">
        <NameCell profile={profile} />
      </Cell>
      <Cell isNumber>{formatFull(profile.contextWindow)}</Cell>
      <Cell isNumber>{formatFull(profile.parallelSlots)}</Cell>
      <Cell isNumber>{formatFull(profile.maxOutputTokens)}</Cell>
      <Cell isNumber className="font-medium">
        {formatFull(budget.availableTokens)}
      </Cell>
      <Cell isNumber>
        {formatFull(budget.warningTokens)}
        <span className="block type-11 text-fg-3">{percent} %</span>
      </Cell>
      <Cell>
        <CountedBy profile={profile} counters={props.counters} errors={props.errors} />
      </Cell>
      <Cell isNumber>
        {overrides.length === 0 ? (
          <span className="text-fg-3">
            –<span className="sr-only"> none differs</span>
          </span>
        ) : (
          <span title={overrides.map(({ service }) => service).join(", ")}>{overrides.length}</span>
        )}
      </Cell>
      <Cell>
        <RowActions {...props} />
      </Cell>
    </tr>
  );
}

function NameCell({ profile }: { profile: ListedProfile }) {
  const names = profile.modelNames.join(", ");
  return (
    <>
      <span className="flex items-center gap-2">
        <b className="truncate font-medium">{profile.name}</b>
        {profile.isDefault && (
          <Badge tone="plain" title="Used where nobody names a model, or one that is not known">
            default
          </Badge>
        )}
        {!profile.truncationEnabled && (
          <Badge tone="plain" title="Sections are not removed from prompts that are too long">
            never cut
          </Badge>
        )}
      </span>
      {names !== "" && (
        <span className="block truncate type-11 text-fg-3" title={names}>
          {names}
        </span>
      )}
    </>
  );
}

function RowActions({
  profile,
  isAdmin,
  onAction,
}: ProfileTableProps & { profile: ListedProfile }) {
  const { name, isDefault } = profile;
  const press = (action: ProfileAction) => () => {
    onAction(action, profile);
  };
  return (
    <span
      className="flex justify-end gap-1"
      onClick={(event) => {
        event.stopPropagation(); // a button of a row does not choose the row
      }}
    >
      {isAdmin ? (
        <>
          {!isDefault && (
            <>
              <IconButton
                label={`Make ${name} the default`}
                icon={<Star />}
                onClick={press("default")}
              />
              <IconButton label={`Delete ${name}`} icon={<Trash2 />} onClick={press("delete")} />
            </>
          )}
          <IconButton label={`Edit ${name}`} icon={<Pencil />} onClick={press("open")} />
        </>
      ) : (
        <IconButton label={`Show ${name}`} icon={<Eye />} onClick={press("open")} />
      )}
    </span>
  );
}
