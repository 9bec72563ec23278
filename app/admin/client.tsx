"use client";
import { KeyRound } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { lazy, type ReactNode, Suspense } from "react";
import { AdminLoading } from "@/components/admin/admin-loading";
import { AdminTabs } from "@/components/admin/admin-tabs";
import { useNowMs } from "@/components/admin/admin-time";
import { auditAddress } from "@/components/admin/audit-filter";
import { useAdminCounts } from "@/components/admin/use-admin-counts";
import { FilterField } from "@/components/layout/filter-field";
import { Forbidden } from "@/components/layout/forbidden";
import { usePageTitle } from "@/components/layout/page-title";
import { changeAddress } from "@/components/layout/url-state";
import { useWhoAmI } from "@/components/layout/use-who-am-i";
import { describeError } from "@/components/trpc/describe-error";
import { Badge } from "@/components/ui/badge";
import { Panel } from "@/components/ui/panel";
import { ErrorState } from "@/components/ui/states";
import { formatFull } from "@/domain/units/format-number";
import { type AdminTab, parseAdminSearch, tabChange } from "./search-params";

// One tab is shown at a time: the code of the others waits until they are.
const UsersTab = lazy(async () => ({
  default: (await import("@/components/admin/users-tab")).UsersTab,
}));
const KeysTab = lazy(async () => ({
  default: (await import("@/components/admin/keys-tab")).KeysTab,
}));
const SessionsTab = lazy(async () => ({
  default: (await import("@/components/admin/sessions-tab")).SessionsTab,
}));
const AuditTab = lazy(async () => ({
  default: (await import("@/components/admin/audit-tab")).AuditTab,
}));
const AuditPanel = lazy(async () => ({
  default: (await import("@/components/admin/audit-panel")).AuditPanel,
}));
const SettingsTab = lazy(async () => ({
  default: (await import("@/components/admin/settings-tab")).SettingsTab,
}));
const PressureWebhooksPanel = lazy(async () => ({
  default: (await import("@/components/pressure/pressure-webhooks-panel")).PressureWebhooksPanel,
}));

const tabLabels: Record<AdminTab, string> = {
  users: "Users",
  keys: "API keys",
  sessions: "Sessions",
  audit: "Audit",
  settings: "Settings",
};
/** Where the filter of a tab looks. The audit has filters of its own. */
const filterHints: Partial<Record<AdminTab, string>> = {
  users: "name, role, sign-in",
  keys: "name, kind, person",
  sessions: "person, device, address",
  settings: "name, value, meaning",
};
const PANEL_ID = "admin-panel";
const crumbs = [{ label: "Admin", href: "/admin" }];

/** Users, keys, sessions, audit and settings. To others than admins it says so, and asks the server for nothing. */
export function AdminClient() {
  const { tab } = parseAdminSearch(useSearchParams());
  usePageTitle({ title: tabLabels[tab], crumbs });
  const { data: who, error, refetch } = useWhoAmI();
  if (who?.role === "admin") return <Admin myEmail={who.email} />;
  if (who !== undefined)
    return <Forbidden what="Managing users, keys and settings" needs="admin" />;
  if (error === null) return <AdminLoading />;
  return (
    <Panel label="Error" className="max-w-120 flex-none">
      <ErrorState
        title="Who you are was not read"
        {...describeError(error)}
        onRetry={() => void refetch()}
      />
    </Panel>
  );
}

function Admin({ myEmail }: { myEmail: string | null }) {
  const search = parseAdminSearch(useSearchParams());
  const { tab } = search;
  return (
    <>
      <TabRow tab={tab} filter={search.list.filter} />
      <div
        id={PANEL_ID}
        role="tabpanel"
        aria-labelledby={`${PANEL_ID}-${tab}`}
        className="flex min-h-0 flex-1 flex-col max-lg:flex-none"
      >
        <Suspense fallback={<AdminLoading />}>
          <Shown search={search} myEmail={myEmail} />
        </Suspense>
      </div>
    </>
  );
}

interface ShownProps {
  search: ReturnType<typeof parseAdminSearch>;
  myEmail: string | null;
}

function Shown({ search, myEmail }: ShownProps): ReactNode {
  const { tab, list } = search;
  // What was done lately stands below each list; its details are on the tab of the audit.
  const audit = (
    <AuditPanel
      filter={search.audit}
      isMain={false}
      onOpen={(row) => {
        changeAddress({ ...tabChange("audit"), ...auditAddress({ row }) });
      }}
    />
  );
  switch (tab) {
    case "users":
      return <UsersTab search={list} myEmail={myEmail} audit={audit} />;
    case "keys":
      return <KeysTab search={list} audit={audit} />;
    case "sessions":
      return <SessionsTab search={list} audit={audit} />;
    case "audit":
      return <AuditTab filter={search.audit} />;
    case "settings":
      return (
        <SettingsTab
          search={list}
          isOnlySet={search.isOnlySet}
          webhooks={<PressureWebhooksPanel className="max-h-[55%] flex-none max-lg:max-h-none" />}
        />
      );
  }
}

function TabRow({ tab, filter }: { tab: AdminTab; filter: string }) {
  const counts = useAdminCounts(useNowMs());
  const hint = filterHints[tab];
  return (
    <div className="-mt-1 flex flex-none flex-wrap items-center gap-x-3 border-b border-line-1">
      <AdminTabs
        tabs={[
          { tab: "users", label: tabLabels.users, count: counts.users },
          { tab: "keys", label: tabLabels.keys, count: counts.keys },
          { tab: "sessions", label: tabLabels.sessions, count: counts.sessions },
          { tab: "audit", label: tabLabels.audit, count: counts.audit },
          { tab: "settings", label: tabLabels.settings },
        ]}
        chosen={tab}
        onChoose={(next) => {
          changeAddress(tabChange(next));
        }}
        formatCount={formatFull}
        panelId={PANEL_ID}
      />
      <div className="ml-auto flex items-center gap-2 pb-1.5 max-md:ml-0 max-md:w-full max-md:pt-1.5">
        <Badge tone="plain" icon={<KeyRound />}>
          You are admin
        </Badge>
        {hint !== undefined && (
          <FilterField
            key={tab}
            label={`Filter the ${tabLabels[tab]} by ${hint}`}
            placeholder={hint}
            keyLabel={`Filter the ${tabLabels[tab]}`}
            text={filter}
            onText={(text) => {
              changeAddress({ q: text === "" ? null : text }, "replace");
            }}
          />
        )}
      </div>
    </div>
  );
}
