import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LiveProvider } from "@/components/layout/live-connection";
import { createLiveStore, type LiveSocket } from "@/components/layout/live-store";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { TRPCProviders } from "@/components/trpc/trpc";
import { ToastHost } from "@/components/ui/toast";
import type { TokenEvent } from "@/domain/realtime/realtime-events";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { adminWho, fakeKey } from "@/fixtures/fake-admin-server";
import { fakeProcedures, Refusal } from "@/fixtures/fake-procedures";
import { tokenBudget } from "@/fixtures/token-budgets";
import { BudgetsClient } from "./client";

vi.mock("next/navigation", async () =>
  (await import("@/fixtures/address-router")).addressRouter({ pathname: "/tokens/budgets" }),
);

/** Parts are loaded when they are first shown; on a busy machine that takes its time. */
const LONG = { timeout: 15_000 };
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 19, 23); // midnight in Berlin
const at = (hours: number) => START + hours * HOUR_MS;

const api = tokenBudget({
  usedTokens: 265_600_000,
  fullAtMs: at(16.84),
  marks: [
    { mark: 50, reachedAtMs: at(9.25) },
    { mark: 80, reachedAtMs: at(14.1) },
    { mark: 100, reachedAtMs: null },
  ],
  hours: Array.from({ length: 15 }, (_, hour) => ({
    atMs: at(hour),
    usedTokens: Math.round((265_600_000 * (hour + 1)) / 15),
  })),
});
const batch = tokenBudget({
  id: "00000000-0000-4000-8000-000000000002",
  name: "batch",
  service: "batch",
  dailyTokens: 27_000_000,
  usedTokens: 10_000_000,
  counts: "prompt",
});

/** What the server has and refuses. */
let budgets: TokenBudget[] | null = [];
let role: "admin" | "viewer" = "admin";
let refusal: string | null = null;
let server: ReturnType<typeof fakeProcedures>;
let say: (event: TokenEvent) => void = () => undefined;

beforeEach(() => {
  budgets = [api, batch];
  role = "admin";
  refusal = null;
  const change = () => {
    if (refusal !== null) throw new Refusal(refusal);
    return { budget: api };
  };
  server = fakeProcedures({
    "identity.whoAmI": () => ({ ...adminWho, role }),
    "budgets.list": () => {
      if (budgets === null) throw new Refusal("The database does not answer.");
      return { budgets, timeZone: "Europe/Berlin", dayStartMs: START, dayEndMs: at(24) };
    },
    "budgets.create": change,
    "budgets.update": change,
    "budgets.delete": () => ({ deleted: true }),
    "keys.list": () => ({
      keys: [
        fakeKey(1, { kind: "ingest", name: "summariser" }),
        fakeKey(2, { kind: "ingest", name: "old", revokedAtMs: 1 }),
        fakeKey(3, { kind: "read", name: "reader" }),
      ],
    }),
  });
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
});
afterEach(cleanup);

function open(search = "") {
  window.history.replaceState(null, "", `/tokens/budgets${search}`);
  const user = userEvent.setup();
  const nothing = () => undefined;
  const socket: LiveSocket = {
    connect: nothing,
    disconnect: nothing,
    emit: nothing,
    onTick: nothing,
    onSources: nothing,
    onPressure: nothing,
    onTokens: (listener) => {
      say = listener;
    },
    onOpen: nothing,
    onEnd: nothing,
  };
  const store = createLiveStore({
    load: () => Promise.resolve(socket),
    nowMs: Date.now,
    random: () => 0,
    afterPaint: (run) => {
      run();
    },
  });
  render(
    <TRPCProviders>
      <LiveProvider store={store}>
        <ShortcutProvider>
          <BudgetsClient />
          <ToastHost />
        </ShortcutProvider>
      </LiveProvider>
    </TRPCProviders>,
  );
  return user;
}

const rowOf = (name: RegExp) => screen.findByRole("row", { name }, LONG);

describe("the list", () => {
  test("says scope, use, marks in the budgets' zone and the outlook", async () => {
    open();
    const cells = within(await rowOf(/^api/)).getAllByRole("cell");
    expect(cells.slice(0, 7).map((cell) => cell.textContent)).toEqual([
      "api",
      "prompts and answers of service api",
      "83 %266 M of 320 M",
      "09:15",
      "14:06",
      "– 100 % is not reached today",
      "full at 16:50",
    ]);
    expect((await rowOf(/^batch/)).textContent).toContain("lasts the day");
    expect(screen.getByText("20 Nov, times in Europe/Berlin")).toBeTruthy();
  });

  test("draws the fullest, and whichever is chosen", async () => {
    const user = open();
    const label = /Tokens of api today: 266 M of 320 M, 83 %, full at 16:50/;
    expect(await screen.findByRole("img", { name: label }, LONG)).toBeTruthy();
    await user.click(await rowOf(/^batch/));
    expect(await screen.findByRole("img", { name: /Tokens of batch today/ })).toBeTruthy();
    expect(window.location.search).toContain(batch.id);
  });

  test("t shows the hours as a table", async () => {
    const user = open();
    await rowOf(/^api/);
    await user.keyboard("t");
    const table = await screen.findByRole("table", { name: /Tokens of api by hour/ }, LONG);
    expect(table.textContent).toContain("17,706,667");
  });

  test("is asked again when a budget reaches a mark", async () => {
    open();
    await rowOf(/^api/);
    budgets = [{ ...api, usedTokens: 320_000_000, fullAtMs: null }];
    const mark = { budgetId: api.id, name: "api", usedTokens: 1, dailyTokens: 1, atMs: 1 };
    act(() => {
      say({ kind: "budget-mark", mark: { ...mark, mark: 100 } });
    });
    await waitFor(async () => {
      expect((await rowOf(/^api/)).textContent).toContain("100 %320 M of 320 M");
    }, LONG);
  });

  test("without a budget: what one is, and how tokens come", async () => {
    budgets = [];
    open();
    expect(await screen.findByText("No budget yet", {}, LONG)).toBeTruthy();
    expect(screen.getByText(/curl -X POST http.*\/api\/tokens\/report/)).toBeTruthy();
  });

  test("that was not read says so, and can be asked again", async () => {
    budgets = null;
    const user = open();
    expect((await screen.findByRole("alert", {}, LONG)).textContent).toContain(
      "The database does not answer.",
    );
    budgets = [api];
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await rowOf(/^api/);
  });

  test("a viewer reads all of it and is offered no change", async () => {
    role = "viewer";
    open();
    const row = await rowOf(/^api/);
    await waitFor(() => {
      expect(within(row).queryAllByRole("button")).toEqual([]);
    });
    expect(screen.queryByRole("button", { name: /Add budget/ })).toBeNull();
  });
});

describe("changes", () => {
  test("a budget is added: problems at their fields, then sent as tokens", async () => {
    const user = open();
    await rowOf(/^api/);
    await user.keyboard("n");
    const dialog = await screen.findByRole("dialog", { name: "Add a budget" }, LONG);
    await user.type(within(dialog).getByLabelText("Tokens a day"), "1.5");
    await user.click(within(dialog).getByRole("button", { name: "Save budget" }));
    expect(within(dialog).getByText("Give it a name")).toBeTruthy();
    expect(within(dialog).getByText(/Give a whole number of tokens/)).toBeTruthy();
    expect(document.activeElement).toBe(within(dialog).getByLabelText("Name"));
    await user.type(within(dialog).getByLabelText("Name"), "chat");
    await user.type(within(dialog).getByLabelText("Tokens a day"), " M");
    await user.type(within(dialog).getByLabelText("Service (empty: all)"), "chat");
    const keys = await within(dialog).findByRole("option", { name: /summariser/ }, LONG);
    expect(within(dialog).queryByRole("option", { name: /old|reader/ })).toBeNull();
    await user.selectOptions(within(dialog).getByLabelText("Key"), keys);
    await user.click(within(dialog).getByRole("button", { name: "Save budget" }));
    await waitFor(() => {
      expect(server.sent).toEqual([
        {
          name: "budgets.create",
          input: {
            name: "chat",
            service: "chat",
            keyId: fakeKey(1).id,
            dailyTokens: 1_500_000,
            counts: "total",
          },
        },
      ]);
    }, LONG);
    expect(await screen.findByText("chat is saved")).toBeTruthy();
  });

  test("what the server refuses stands in the dialog", async () => {
    refusal = "There is a budget called api already. Give another name.";
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Edit batch" }, LONG));
    const dialog = await screen.findByRole("dialog", { name: "Edit batch" }, LONG);
    await user.clear(within(dialog).getByLabelText("Name"));
    await user.type(within(dialog).getByLabelText("Name"), "api{Enter}");
    expect((await within(dialog).findByRole("alert", {}, LONG)).textContent).toContain(refusal);
    expect(server.sent).toEqual([
      {
        name: "budgets.update",
        input: { id: batch.id, name: "api", dailyTokens: 27_000_000, counts: "prompt" },
      },
    ]);
  });

  test("deleting asks first", async () => {
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Delete batch" }, LONG));
    const dialog = await screen.findByRole("dialog", { name: "Delete batch?" }, LONG);
    expect(server.sent).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Delete budget" }));
    await waitFor(() => {
      expect(server.sent).toEqual([{ name: "budgets.delete", input: { id: batch.id } }]);
    }, LONG);
    expect(await screen.findByText("batch is deleted")).toBeTruthy();
  });
});
