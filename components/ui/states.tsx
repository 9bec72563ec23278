"use client";
import { OctagonAlert, RotateCw } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "./button";
import { cn } from "./class-names";
import { CopyButton } from "./copy-button";
import { Panel } from "./panel";
import { Cell, HeadCell, Table } from "./table";
import { StaleIcon, UnsetIcon } from "./icons";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock, formatIso } from "@/domain/time/format-time";

const SAY_WHY_AFTER_MS = 2_000;

interface LoadingStateProps {
  /** What comes: "GPU history". */
  label: string;
  /** Said after 2 s: "The database reads 24 h of 8 GPUs". */
  waitingFor: string;
  onCancel?: (() => void) | undefined;
  className?: string | undefined;
  /** Skeletons in the shape of what comes. */
  children: ReactNode;
}

/** Shape of what comes, no spinner; after 2 s what it waits for, and Cancel. */
export function LoadingState({
  label,
  waitingFor,
  onCancel,
  className,
  children,
}: LoadingStateProps) {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setIsSlow(true);
    }, SAY_WHY_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <div aria-busy="true" className={cn("flex flex-col gap-2.5 p-3", className)}>
      {children}
      <div role="status" className="flex min-h-6 items-center gap-2 type-11 text-fg-3">
        {isSlow ? waitingFor : <span className="sr-only">Loading {label}</span>}
        {isSlow && onCancel && (
          <Button size="sm" variant="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </div>
  );
}

interface MessageProps {
  icon?: ReactNode;
  title: string;
  /** Colours the icon and the title. */
  tone?: "neutral" | "crit";
  role?: "alert" | undefined;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string | undefined;
}

function Message({
  icon,
  title,
  tone = "neutral",
  role,
  children,
  actions,
  className,
}: MessageProps) {
  return (
    <div
      role={role}
      className={cn(
        "flex flex-col gap-1.5 px-3.5 pt-3.5 pb-3 [&_b]:font-medium [&_b]:text-fg-1 [&>svg]:size-5",
        tone === "crit" ? "[&>svg]:text-crit" : "[&>svg]:text-fg-3",
        className,
      )}
    >
      {icon}
      <h2 className={cn("type-13 font-semibold", tone === "crit" && "text-crit")}>{title}</h2>
      {children}
      {actions !== undefined && <div className="flex flex-wrap gap-1.5 pt-1.5">{actions}</div>}
    </div>
  );
}

function Prose({ children }: { children: ReactNode }) {
  return <p className="type-12 text-pretty text-fg-2">{children}</p>;
}

/** One place that was looked in, and what was missing there. */
export interface LookedAt {
  name: string;
  detail: string;
}

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  /** Why it is empty. */
  children: ReactNode;
  /** What was tried. */
  lookedAt?: readonly LookedAt[];
  /** What next. */
  actions?: ReactNode;
  className?: string | undefined;
}

/** Nothing is there: what, why, what was tried, what next. */
export function EmptyState({
  icon,
  title,
  children,
  lookedAt,
  actions,
  className,
}: EmptyStateProps) {
  return (
    <Message icon={icon} title={title} actions={actions} className={className}>
      <Prose>{children}</Prose>
      {lookedAt !== undefined && lookedAt.length > 0 && (
        <ul className="type-12 text-fg-2">
          {lookedAt.map((place) => (
            <li
              key={place.name}
              className="grid grid-cols-[12px_76px_minmax(0,1fr)] items-baseline gap-2 py-0.5"
            >
              <UnsetIcon className="size-3 translate-y-0.5 text-fg-3" />
              <b className="whitespace-nowrap">{place.name}</b>
              <span>{place.detail}</span>
            </li>
          ))}
        </ul>
      )}
    </Message>
  );
}

interface ErrorStateProps {
  /** What failed: "History was not read". */
  title: string;
  /** Cause, consequence, what still works. */
  message: string;
  code: string | null;
  requestId: string | null;
  onRetry?: (() => void) | undefined;
  className?: string | undefined;
}

/** What failed, its code and request id, Retry, Copy. Spread `describeError(error)` into it. */
export function ErrorState({
  title,
  message,
  code,
  requestId,
  onRetry,
  className,
}: ErrorStateProps) {
  const reference = [code, requestId].filter((part) => part !== null).join(" ");
  return (
    <Message
      tone="crit"
      role="alert"
      icon={<OctagonAlert />}
      title={title}
      className={className}
      actions={
        <>
          {onRetry && (
            <Button size="sm" icon={<RotateCw />} onClick={onRetry}>
              Retry
            </Button>
          )}
          <CopyButton label="Copy error" text={`${title}. ${message} ${reference}`.trim()} />
        </>
      }
    >
      <Prose>{message}</Prose>
      {reference !== "" && <p className="type-code text-[11px] break-all text-fg-3">{reference}</p>}
    </Message>
  );
}

interface NotConfiguredStateProps {
  title: string;
  /** Name of the setting that connects it. */
  setting: string;
  /** A command that starts it, if there is one. */
  command?: string | undefined;
  actions?: ReactNode;
  className?: string | undefined;
}

/** Not an error: says which setting connects it and which command starts it. */
export function NotConfiguredState({
  title,
  setting,
  command,
  actions,
  className,
}: NotConfiguredStateProps) {
  return (
    <Message icon={<UnsetIcon />} title={title} actions={actions} className={className}>
      <Prose>
        Set <code className="type-code text-fg-1">{setting}</code>
        {command === undefined ? "." : ", or start the one in the stack:"}
      </Prose>
      {command !== undefined && <CommandLine command={command} />}
    </Message>
  );
}

/** A command to paste into a terminal. */
export function CommandLine({ command }: { command: string }) {
  return (
    <div className="mt-0.5 flex min-h-7 items-center gap-2 rounded-6 border border-line-1 bg-surface-2 pr-0.75 pl-2.5">
      <code
        tabIndex={0} // a long command scrolls, and must do so by keyboard too
        className="min-w-0 overflow-x-auto type-code text-[11px] whitespace-nowrap text-fg-1"
      >
        {command}
      </code>
      <span className="ml-auto flex-none">
        <CopyButton label="Copy command" text={command} />
      </span>
    </div>
  );
}

interface NoResultStateProps {
  title: string;
  /** How many there are without the last filter. */
  children: ReactNode;
  actions?: ReactNode;
  className?: string | undefined;
}

/** A filter leaves nothing: how many without it, and the way back. */
export function NoResultState({ title, children, actions, className }: NoResultStateProps) {
  return (
    <Message title={title} actions={actions} className={className}>
      <Prose>{children}</Prose>
    </Message>
  );
}

/** Under the last known values: how old they are. `sinceMs`: time of the newest one. */
export function StaleState({ sinceMs, ageMs }: { sinceMs: number; ageMs: number }) {
  return (
    <p className="flex items-center gap-1.5 type-12 text-fg-3" title={formatIso(sinceMs)}>
      <StaleIcon className="size-3" />
      No samples for {formatDuration(ageMs)}, since {formatClock(sinceMs, { seconds: true })}. These
      are the last known values
    </p>
  );
}

interface QuarantinedStateProps {
  rows: readonly { atMs: number; field: string; rawValue: string }[];
  /** Of what, over which time: "atlas 0, 24 h". */
  caption: string;
}

/** Impossible values: kept apart, drawn as a gap, never as 0. */
export function QuarantinedState({ rows, caption }: QuarantinedStateProps) {
  return (
    <Panel
      title={rows.length === 1 ? "1 value set aside" : `${rows.length} values set aside`}
      subtitle={caption}
      divided
    >
      <Table>
        <thead>
          <tr>
            <HeadCell>Time</HeadCell>
            <HeadCell>Field</HeadCell>
            <HeadCell isNumber>Raw value</HeadCell>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <Cell>
                <time dateTime={formatIso(row.atMs)} title={formatIso(row.atMs)}>
                  {formatClock(row.atMs, { seconds: true })}
                </time>
              </Cell>
              <Cell>{row.field}</Cell>
              <Cell isNumber className="type-code text-[11px]">
                {row.rawValue}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      <p className="border-t border-line-1 px-3 py-2 type-11 text-fg-3">
        Not possible for this field: drawn as a gap, not as 0
      </p>
    </Panel>
  );
}
