"use client";
import { Download, Search, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useShortcut } from "@/components/layout/shortcuts";
import { changeAddress } from "@/components/layout/url-state";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { FilterSelect } from "@/components/ui/filter-select";
import { IconButton } from "@/components/ui/icon-button";
import { isRequestId, type LedgerFilter, ledgerConditions } from "./ledger-filter";

interface LedgerFiltersProps {
  filter: LedgerFilter;
  services: readonly string[];
  models: readonly string[];
}

const outcomes = [
  { value: "ok", label: "fits" },
  { value: "warning", label: "near the limit" },
  { value: "over", label: "over" },
] as const;
const onlys = [
  { value: "truncated", label: "truncated" },
  { value: "cut", label: "cut by the server" },
] as const;

/** What narrows the ledger; each is a part of the address. */
export function LedgerFilters({ filter, services, models }: LedgerFiltersProps) {
  return (
    <>
      <FilterSelect
        label="Service"
        chosen={filter.service}
        options={services.map((value) => ({ value }))}
        onChoose={(service) => {
          changeAddress({ service });
        }}
      />
      <FilterSelect
        label="Model"
        chosen={filter.model}
        options={models.map((value) => ({ value }))}
        onChoose={(model) => {
          changeAddress({ model });
        }}
      />
      <FilterSelect
        label="Outcome"
        chosen={filter.outcome}
        options={outcomes}
        onChoose={(outcome) => {
          changeAddress({ outcome });
        }}
      />
      <FilterSelect
        label="Only"
        chosen={filter.only}
        options={onlys}
        onChoose={(only) => {
          changeAddress({ only });
        }}
      />
      <RequestField key={filter.requestId} requestId={filter.requestId} />
    </>
  );
}

/** A request id, whole: Enter looks for it, Esc drops it, `/` goes here. */
function RequestField({ requestId }: { requestId: string | null }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(requestId ?? "");
  const isWrong = text !== "" && !isRequestId(text.trim());
  useShortcut({ keys: "/", label: "Look for a request id", group: "On this page" }, () => {
    field.current?.focus();
  });
  const apply = (next: string) => {
    changeAddress({ request: next === "" ? null : next });
  };
  return (
    <label className="flex h-6 w-52 items-center gap-1.5 rounded-6 border border-line-control bg-surface-1 pl-2 text-fg-3 has-focus-visible:border-accent max-md:h-11 max-md:w-full">
      <Search className="size-3.5" />
      <span className="sr-only">Request id</span>
      <input
        ref={field}
        value={text}
        maxLength={128}
        spellCheck={false}
        placeholder="Request id, then Enter"
        aria-invalid={isWrong}
        title={isWrong ? "A request id has letters, digits and . _ : - only" : undefined}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
          if (event.key === "Enter" && !isWrong) apply(text.trim());
          if (event.key !== "Escape") return;
          event.preventDefault();
          if (text === "") event.currentTarget.blur();
          setText("");
          apply("");
        }}
        className={cn(
          "min-w-0 flex-1 bg-transparent type-12 text-fg-1 outline-none! placeholder:text-fg-3",
          isWrong && "text-crit",
        )}
      />
      {requestId !== null && (
        <IconButton
          label="Drop the request id"
          icon={<X />}
          onClick={() => {
            apply("");
          }}
        />
      )}
    </label>
  );
}

interface LedgerExportProps {
  filter: LedgerFilter;
  span: { fromMs: number; toMs: number };
}

/** The whole list as a file: the server streams it, so it may be far more than is listed. */
export function LedgerExport({ filter, span }: LedgerExportProps) {
  const address = (format: "csv" | "ndjson") => {
    const query = new URLSearchParams({
      format,
      fromMs: String(span.fromMs),
      toMs: String(span.toMs),
      ...ledgerConditions(filter),
    });
    return `/api/tokens/ledger/export?${query.toString()}`;
  };
  return (
    <>
      <a href={address("csv")} download className={buttonClass({ size: "sm" })}>
        <Download />
        CSV
      </a>
      <a href={address("ndjson")} download className={buttonClass({ size: "sm" })}>
        <Download />
        NDJSON
      </a>
    </>
  );
}
