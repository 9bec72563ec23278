"use client";
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useTimeRange } from "@/components/layout/time-range";
import { useTRPC } from "@/components/trpc/trpc";
import type { LedgerEntry, LedgerPage } from "@/domain/tokens/usage-history";
import { type LedgerFilter, ledgerConditions } from "./ledger-filter";

const ENTRIES_A_PAGE = 100;
/** More rows than these nobody scrolls through: they are narrowed down or exported. */
const MAX_PAGES = 100;

interface Held {
  /** Of which filter and range. */
  of: string;
  /** Of the first page: later ones continue it. */
  span: { fromMs: number; toMs: number };
  cursors: readonly string[];
}

export interface Ledger {
  entries: readonly LedgerEntry[];
  /** Of the filter; null: not counted, or not known yet. */
  total: number | null;
  /** What is listed, to the millisecond. */
  span: { fromMs: number; toMs: number };
  /** Nothing is known yet. */
  isLoading: boolean;
  /** The rows are those of another filter, or a further page is on its way. */
  isUpdating: boolean;
  error: unknown;
  retry: () => void;
  /** Asks for the next page; null: there is none, or it was asked for. */
  loadMore: (() => void) | null;
  /** There are more than are ever listed. */
  isCut: boolean;
  /** The list stands still, because further pages were read; called, it begins anew at now. Null: it moves on. */
  showNewest: (() => void) | null;
}

/** Validations of the page's range, newest first, page by page. The first page moves on with a live range; from the second on the list stands still. */
export function useLedger(filter: LedgerFilter): Ledger {
  const range = useTimeRange();
  const [held, setHeld] = useState<Held | null>(null);
  const now = { fromMs: Math.floor(range.fromMs), toMs: Math.ceil(range.toMs) };
  const of = JSON.stringify([filter, range.isRelative ? range.spanMs : now]);
  const isHeld = held?.of === of;
  // Another filter or range begins anew, and so does coming back to this one.
  if (held !== null && !isHeld) setHeld(null);
  const { span, cursors } = isHeld ? held : { span: now, cursors: [] };
  const pages = usePages({ span, filter, cursors, isHeld });
  const { nextCursor } = pages;
  const isCut = cursors.length + 1 >= MAX_PAGES && nextCursor !== null;
  const loadMore = () => {
    if (nextCursor !== null) setHeld({ of, span, cursors: [...cursors, nextCursor] });
  };
  const showNewest = () => {
    setHeld(null);
  };
  return {
    ...pages,
    span,
    isCut,
    loadMore: nextCursor === null || isCut ? null : loadMore,
    showNewest: isHeld && range.isRelative ? showNewest : null,
  };
}

interface PagesRequest {
  span: { fromMs: number; toMs: number };
  filter: LedgerFilter;
  cursors: readonly string[];
  isHeld: boolean;
}

function usePages({ span, filter, cursors, isHeld }: PagesRequest) {
  const trpc = useTRPC();
  return useQueries({
    queries: [undefined, ...cursors].map((cursor) => ({
      ...trpc.tokens.ledger.queryOptions({
        ...span,
        ...ledgerConditions(filter),
        limit: ENTRIES_A_PAGE,
        ...(cursor !== undefined && { cursor }),
      }),
      // Only of the first: another page would stand below it with rows that are in it.
      ...(cursor === undefined && { placeholderData: keepPreviousData }),
      ...(isHeld && { staleTime: Infinity }),
    })),
    combine: joinPages,
  });
}

interface Answer {
  data: LedgerPage | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

function joinPages(answers: readonly Answer[]) {
  const known = answers.flatMap(({ data }) => data ?? []);
  const failed = answers.find(({ data, error }) => data === undefined && error !== null);
  const isPlaceholder = answers.some((answer) => answer.isPlaceholderData);
  const isComplete = known.length === answers.length && !isPlaceholder;
  const last = isComplete ? known.at(-1) : undefined;
  const [first] = known;
  return {
    entries: known.flatMap(({ entries }) => entries),
    total: first?.total ?? null,
    nextCursor: last?.nextCursor ?? null,
    isLoading: first === undefined && failed === undefined,
    isUpdating: !isComplete && failed === undefined,
    error: failed?.error ?? null,
    retry: () => {
      for (const { data, refetch } of answers) if (data === undefined) void refetch();
    },
  };
}
