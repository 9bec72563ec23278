"use client";
import { type ReactNode, useMemo } from "react";
import { changeAddress } from "@/components/layout/url-state";
import { describeError } from "@/components/trpc/describe-error";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Reason } from "@/components/ui/reason";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { ErrorState, NoResultState } from "@/components/ui/states";
import type { EffectiveSetting } from "@/domain/system/effective-settings";
import { NO_VALUE } from "@/domain/units/format-number";
import { AdminColumns } from "./admin-columns";
import { type DataColumn, DataTable } from "@/components/layout/data-table";
import { changeSort, type ListSearch, RowsLoading } from "./list-panel";
import { hasWords } from "./has-words";
import { useSettings } from "./use-admin-lists";

interface SettingsTabProps {
  search: ListSearch;
  /** Only what was set; the defaults are left out. */
  isOnlySet: boolean;
  /** Who is told of memory pressure: below the settings. */
  webhooks: ReactNode;
}

/** What acts now: value, default and meaning of every setting, without secrets. */
export function SettingsTab({ search, isOnlySet, webhooks }: SettingsTabProps) {
  return (
    <AdminColumns label="Where settings come from" aside={<WhereFrom />}>
      <SettingsPanel search={search} isOnlySet={isOnlySet} />
      {webhooks}
    </AdminColumns>
  );
}

const shownOptions = [
  { value: "all", label: "All" },
  { value: "set", label: "Set here" },
] as const;

function SettingsPanel({ search, isOnlySet }: Omit<SettingsTabProps, "webhooks">) {
  const { data, error, refetch } = useSettings();
  const all = data?.settings;
  const rows = useMemo(
    () =>
      all?.filter(
        (one) =>
          (!isOnlySet || one.isSet) &&
          hasWords(
            settingColumns.map((column) => column.text(one)),
            search.filter,
          ),
      ),
    [all, isOnlySet, search.filter],
  );
  return (
    <Panel
      title="Settings"
      subtitle={all && `${all.filter(({ isSet }) => isSet).length} of ${all.length} are set`}
      divided
      className="min-h-50 flex-1 max-lg:flex-none"
      actions={
        <SegmentedControl
          label="Which settings"
          size="sm"
          value={isOnlySet ? "set" : "all"}
          options={shownOptions}
          onChange={(shown) => {
            changeAddress({ only: shown === "set" ? "set" : null }, "replace");
          }}
        />
      }
    >
      {rows === undefined ? (
        error === null ? (
          <RowsLoading label="settings" />
        ) : (
          <ErrorState
            title="Settings were not read"
            {...describeError(error)}
            onRetry={() => void refetch()}
          />
        )
      ) : rows.length === 0 ? (
        <NoSetting filter={search.filter} />
      ) : (
        <DataTable
          label="Settings"
          columns={settingColumns}
          rows={rows}
          keyOf={({ name }) => name}
          nameOf={({ name }) => name}
          // The order of .env.example, which groups what belongs together, until a head is pressed.
          sort={search.sort ?? { by: "", isDescending: false }}
          onSort={changeSort}
          density="wrapped"
          hasKeys
          className="max-lg:max-h-120"
        />
      )}
    </Panel>
  );
}

function NoSetting({ filter }: { filter: string }) {
  return (
    <NoResultState
      title={filter === "" ? "Nothing is set here" : `No setting has “${filter}”`}
      actions={
        <Button
          size="sm"
          onClick={() => {
            changeAddress({ q: null, only: null }, "replace");
          }}
        >
          Show all settings
        </Button>
      }
    >
      {filter === ""
        ? "Every setting acts with its default."
        : "A filter looks in the name, the value, the default and the meaning."}
    </NoResultState>
  );
}

const settingColumns: readonly DataColumn<EffectiveSetting>[] = [
  {
    key: "name",
    head: "Name",
    className: "whitespace-nowrap",
    sortValue: ({ name }) => name,
    text: ({ name }) => name,
    cell: ({ name, isSet }) => (
      <span className="flex items-center gap-2">
        <code className="type-code text-[11px]">{name}</code>
        {isSet && <Badge tone="accent">set</Badge>}
      </span>
    ),
  },
  {
    key: "value",
    head: "Value",
    className: "min-w-44 max-w-80 break-all",
    sortValue: ({ value }) => value,
    text: ({ value }) => value ?? "",
    cell: ({ value }) =>
      value === null ? (
        <Reason reason="not set; its meaning says what happens then" className="text-fg-3">
          {NO_VALUE}
        </Reason>
      ) : (
        <code className="type-code text-[11px]">{value}</code>
      ),
  },
  {
    key: "default",
    head: "Default",
    className: "whitespace-nowrap text-fg-3",
    sortValue: (setting) => setting.default,
    text: (setting) => setting.default,
    cell: (setting) => (
      <code className="type-code text-[11px]">
        {setting.default === "" ? "unset" : setting.default}
      </code>
    ),
  },
  {
    key: "meaning",
    head: "Meaning",
    className: "min-w-72 text-fg-2",
    sortValue: null,
    text: ({ meaning }) => meaning,
    cell: ({ meaning, range }) => (
      <span className="block text-pretty" title={`Allowed: ${range}`}>
        {meaning}
      </span>
    ),
  },
];

function WhereFrom() {
  return (
    <Panel title="Where settings come from" className="flex-none">
      <div className="flex flex-col gap-2 px-3 pb-3 type-12 text-pretty text-fg-2">
        <p>
          From the environment of the portal, else from the file{" "}
          <code className="type-code text-[11px] text-fg-1">.env</code> beside it, else the default.
          A change acts with the next start.
        </p>
        <p>
          Secrets are never shown: of an address the user, password and query are left out, and of a
          file only that it is set.
        </p>
      </div>
    </Panel>
  );
}
