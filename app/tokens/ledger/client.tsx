"use client";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense, useMemo, useState } from "react";
import { usePageTitle } from "@/components/layout/page-title";
import { RangeLink } from "@/components/layout/range-link";
import { changeAddress } from "@/components/layout/url-state";
import { LedgerExport, LedgerFilters } from "@/components/ledger/ledger-filters";
import { LedgerPanel } from "@/components/ledger/ledger-panel";
import { useLedger } from "@/components/ledger/use-ledger";
import { TokenTabs } from "@/components/tokens/token-tabs";
import { isNotAllowed, UsageError } from "@/components/tokens/usage-error";
import { useUsageSummary } from "@/components/tokens/use-token-usage";
import { buttonClass } from "@/components/ui/button";
import { parseLedgerSearch } from "./search-params";

// Until a row is opened nobody needs it.
const LedgerDrawer = lazy(async () => ({
  default: (await import("@/components/ledger/ledger-drawer")).LedgerDrawer,
}));

const crumbs = [{ label: "Tokens", href: "/tokens" }];

/** Every validation and truncation that was recorded, and all that is known of one. */
export function LedgerClient() {
  usePageTitle({ title: "Ledger", crumbs });
  const { filter, rowId } = parseLedgerSearch(useSearchParams());
  const ledger = useLedger(filter);
  const names = useNames();
  const open = ledger.entries.find(({ id }) => id === rowId) ?? null;
  const [wasOpened, setWasOpened] = useState(false);
  if (open !== null && !wasOpened) setWasOpened(true);
  return (
    <>
      <TokenTabs>
        <LedgerFilters filter={filter} {...names} />
        <LedgerExport filter={filter} span={ledger.span} />
      </TokenTabs>
      {isNotAllowed(ledger.error) ? (
        <UsageError title="The ledger was not read" error={ledger.error} onRetry={ledger.retry} />
      ) : (
        <LedgerPanel
          ledger={ledger}
          filter={filter}
          openId={rowId}
          emptyActions={
            <RangeLink href="/tokens/playground" className={buttonClass({ size: "sm" })}>
              Try a prompt in the playground
            </RangeLink>
          }
        />
      )}
      <Suspense fallback={null}>
        {wasOpened && (
          <LedgerDrawer
            entry={open}
            onClose={() => {
              changeAddress({ row: null }, "replace");
            }}
          />
        )}
      </Suspense>
    </>
  );
}

/** Services and models of the range, by name. */
function useNames() {
  const { data } = useUsageSummary();
  return useMemo(() => {
    const rows = data?.rows ?? [];
    return {
      services: [...new Set(rows.map(({ service }) => service))].sort(),
      models: [...new Set(rows.map(({ model }) => model))].sort(),
    };
  }, [data]);
}
