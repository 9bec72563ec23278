"use client";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { DataTable } from "@/components/layout/data-table";
import { useShortcut } from "@/components/layout/shortcuts";
import type { DataSort } from "@/components/layout/sort-data-rows";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Panel } from "@/components/ui/panel";
import { formatDay } from "@/domain/time/format-time";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { budgetColumns } from "./budget-columns";
import type { BudgetDayShown } from "./budget-words";
import { NoBudgets } from "./no-budgets";

// Few open a dialog, and none is shown at first.
const BudgetDialog = lazy(() =>
  import("./budget-dialog").then((loaded) => ({ default: loaded.BudgetDialog })),
);
const DeleteBudgetDialog = lazy(() =>
  import("./delete-budget-dialog").then((loaded) => ({ default: loaded.DeleteBudgetDialog })),
);

type OpenDialog = { kind: "form"; budget: TokenBudget | null } | DeleteQuestion;
interface DeleteQuestion {
  kind: "delete";
  budget: TokenBudget;
}

interface BudgetsPanelProps {
  budgets: readonly TokenBudget[];
  day: BudgetDayShown;
  isAdmin: boolean;
  /** Where this portal answers. */
  origin: string;
  chosenId: string | null;
  onChoose: (budget: TokenBudget) => void;
  sort: DataSort;
  onSort: (sort: DataSort) => void;
}

/** All budgets of today, and for admins what changes them. Who may not change them reads all of it. */
export function BudgetsPanel(props: BudgetsPanelProps) {
  const { budgets, day, isAdmin, origin } = props;
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const columns = useMemo(() => budgetColumns(day.timeZone), [day.timeZone]);
  const add = () => {
    setDialog({ kind: "form", budget: null });
  };
  const close = () => {
    setDialog(null);
  };
  return (
    <Panel
      title="Budgets, today"
      subtitle={`${formatDay(day.dayStartMs, day)}, times in ${day.timeZone}`}
      divided
      className="flex-none"
      actions={isAdmin && <AddBudget onAdd={add} />}
    >
      {budgets.length === 0 ? (
        <NoBudgets origin={origin} onAdd={isAdmin ? add : null} />
      ) : (
        <DataTable
          label="budgets"
          columns={columns}
          rows={budgets}
          keyOf={({ id }) => id}
          nameOf={({ name }) => name}
          sort={props.sort}
          onSort={props.onSort}
          onOpen={props.onChoose}
          openKey={props.chosenId}
          hasKeys
          {...(isAdmin && {
            actions: (budget: TokenBudget) => <RowActions budget={budget} onOpen={setDialog} />,
          })}
        />
      )}
      <Suspense fallback={null}>
        {dialog?.kind === "form" && <BudgetDialog budget={dialog.budget} onClose={close} />}
        {dialog?.kind === "delete" && <DeleteBudgetDialog budget={dialog.budget} onClose={close} />}
      </Suspense>
    </Panel>
  );
}

function AddBudget({ onAdd }: { onAdd: () => void }) {
  useShortcut({ keys: "n", label: "Add a budget", group: "On this page" }, onAdd);
  return (
    <Button size="sm" icon={<Plus />} shortcut="n" onClick={onAdd}>
      Add budget
    </Button>
  );
}

function RowActions(props: { budget: TokenBudget; onOpen: (dialog: OpenDialog) => void }) {
  const { budget, onOpen } = props;
  return (
    <span
      className="flex justify-end gap-1"
      onClick={(event) => {
        event.stopPropagation(); // a button of a row does not choose the row
      }}
    >
      <IconButton
        label={`Edit ${budget.name}`}
        icon={<Pencil />}
        onClick={() => {
          onOpen({ kind: "form", budget });
        }}
      />
      <IconButton
        label={`Delete ${budget.name}`}
        icon={<Trash2 />}
        onClick={() => {
          onOpen({ kind: "delete", budget });
        }}
      />
    </span>
  );
}
