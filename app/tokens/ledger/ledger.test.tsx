import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveProvider } from "@/components/layout/live-connection";
import { createLiveStore } from "@/components/layout/live-store";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { TRPCProviders } from "@/components/trpc/trpc";
import type { LedgerEntry } from "@/domain/tokens/usage-history";
import { adminWho, NOW_MS } from "@/fixtures/fake-admin-server";
import { fakeProcedures, Refusal } from "@/fixtures/fake-procedures";
import { ledgerEntry, usageRow } from "@/fixtures/token-usage";
import { LedgerClient } from "./client";

vi.mock("next/navigation", async () =>
  (await import("@/fixtures/address-router")).addressRouter({ pathname: "/tokens/ledger" }),
);

/** Parts are loaded when they are first shown; on a busy machine that takes its time. */
const LONG = { timeout: 15_000 };

const A_PAGE = 100;
let entries: LedgerEntry[] = [];
let asked: Record<string, unknown>[] = [];
let refusal: Refusal | null = null;
let sampleRefusal: Refusal | null = null;
let server: ReturnType<typeof fakeProcedures>;

const truncated = ledgerEntry(1, {
  tokens: 16_000,
  finalTokens: 14_000,
  utilization: 16_000 / 14_848,
  outcome: "over",
  wasTruncated: true,
  removed: [{ name: "depth", savedTokens: 2_000 }],
  sections: [
    { name: "depth", tokens: 2_001, priority: 0, required: false },
    { name: "system", tokens: 13_999, priority: 9, required: true },
  ],
  traceId: "4f9c1d7a4f9c1d7a4f9c1d7a4f9c1d7a",
  hasSample: true,
});
const lost = ledgerEntry(2, {
  reported: { promptTokens: 5_000, completionTokens: 20 },
  lostTokens: 2_002,
});

beforeEach(() => {
  entries = [truncated, lost, ledgerEntry(3)];
  asked = [];
  refusal = null;
  sampleRefusal = null;
  server = fakeProcedures({
    "identity.whoAmI": () => ({ ...adminWho, role: "viewer" }),
    "models.list": () => ({ profiles: [] }),
    "budgets.list": () => ({ budgets: [], timeZone: "UTC", dayStartMs: 0, dayEndMs: 1 }),
    "tokens.summary": () => ({ rows: [usageRow()], otherRows: 0, removedSections: [] }),
    "tokens.ledger": (input) => {
      const query = input as Record<string, unknown>;
      asked.push(query);
      if (refusal !== null) throw refusal;
      const start = Number(query.cursor ?? 0);
      const page = entries.slice(start, start + A_PAGE);
      const isLast = start + A_PAGE >= entries.length;
      return {
        entries: page,
        nextCursor: isLast ? null : String(start + A_PAGE),
        total: entries.length,
      };
    },
    "tokens.promptSample": () => {
      if (sampleRefusal !== null) throw sampleRefusal;
      return { text: "What is in the picture?", isShortened: true, recordedAtMs: NOW_MS };
    },
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
  window.history.replaceState(null, "", `/tokens/ledger${search}`);
  const store = createLiveStore({
    load: () => new Promise(() => undefined),
    nowMs: () => NOW_MS,
    random: () => 0,
    afterPaint: (run) => {
      run();
    },
  });
  render(
    <TRPCProviders>
      <LiveProvider store={store}>
        <ShortcutProvider>
          <LedgerClient />
        </ShortcutProvider>
      </LiveProvider>
    </TRPCProviders>,
  );
  return userEvent.setup();
}

const parameter = (name: string) => new URLSearchParams(window.location.search).get(name);

const table = () => screen.findByRole("region", { name: "Table of Validations" }, LONG);
const textOf = async (place: number) =>
  within(await table()).getAllByRole("row")[place]?.textContent ?? "";

test("each row says how a prompt came out, in words and figures", async () => {
  open();
  expect(await textOf(1)).toContain("107.8 %overtruncateddepth14,000");
  expect(await textOf(2)).toContain("Silent cut");
  expect(await textOf(2)).toContain("5,0002,002");
  expect(await textOf(3)).toContain("fits");
  expect(within(await table()).getAllByRole("button", { name: "Copy request id" })).toHaveLength(3);
});

test("a row opens beside the list with its sections, what was removed, and ids to copy", async () => {
  const user = open();
  (await table()).focus();
  await user.keyboard("{ArrowDown}{Enter}");
  expect(parameter("row")).toBe(truncated.id);
  const drawer = await screen.findByRole("dialog", { name: "nemotron from api" }, LONG);
  expect(drawer.textContent).toContain(
    "The prompt was 1,152 tokens over. One section was removed from it before it was sent.",
  );
  const sections = within(drawer).getByRole("region", { name: "Sections" });
  expect(within(sections).getByRole("row", { name: /^depth/ }).textContent).toContain(
    "saved 2,000",
  );
  expect(within(sections).getByRole("row", { name: /^system/ }).textContent).toContain("required");
  expect(within(drawer).getByRole("button", { name: "Copy trace id" })).toBeDefined();
  await user.keyboard("{Escape}");
  await waitFor(() => {
    expect(parameter("row")).toBeNull();
  });
});

test("the button of a row copies and does not open the row", async () => {
  const user = open();
  const [first] = within(await table()).getAllByRole("button", { name: "Copy request id" });
  if (!first) throw new Error("There is no button.");
  await user.click(first);
  expect(parameter("row")).toBeNull();
});

test("a stored text is read only by a press, and who may not is told why", async () => {
  sampleRefusal = new Refusal("Reading prompts needs an admin.", "FORBIDDEN");
  const user = open(`?row=${truncated.id}`);
  await user.click(await screen.findByRole("button", { name: "Read the stored text" }, LONG));
  expect((await screen.findByRole("alert")).textContent).toBe(
    "You may not read stored prompts: Reading prompts needs an admin.",
  );
});

test("who may reads it, and learns that it is shortened", async () => {
  const user = open(`?row=${truncated.id}`);
  await user.click(await screen.findByRole("button", { name: "Read the stored text" }, LONG));
  expect(await screen.findByText("What is in the picture?")).toBeDefined();
  expect(screen.getByText("Only the first part was kept.")).toBeDefined();
});

test("where no text was kept it says which setting keeps them", async () => {
  open(`?row=${lost.id}`);
  const text = await screen.findByRole("region", { name: "Prompt text" }, LONG);
  expect(text.textContent).toContain("PROMPT_SAMPLES");
  expect(within(text).queryByRole("button")).toBeNull();
});

test("filters go into the address and to the server; a wrong request id goes nowhere", async () => {
  const user = open();
  await table();
  await user.selectOptions(screen.getByRole("combobox", { name: "Outcome" }), "over");
  await user.selectOptions(screen.getByRole("combobox", { name: "Only" }), "truncated");
  const field = screen.getByLabelText("Request id");
  await user.type(field, "no id!{Enter}");
  expect(parameter("request")).toBeNull();
  await user.clear(field);
  await user.type(field, "request-1{Enter}");
  expect(parameter("request")).toBe("request-1");
  await waitFor(() => {
    const filter = { outcome: "over", only: "truncated", requestId: "request-1" };
    expect(asked.at(-1)).toMatchObject(filter);
  });
  const csv = screen.getByRole("link", { name: "CSV" }).getAttribute("href") ?? "";
  const query = new URLSearchParams(csv.split("?")[1]);
  expect(Object.fromEntries(query)).toMatchObject({ format: "csv", requestId: "request-1" });
});

test("further pages continue behind the last row, and the list stands still from then on", async () => {
  entries = Array.from({ length: 250 }, (_, place) => ledgerEntry(place + 1));
  const user = open();
  const list = await table();
  const rowCount = () => list.querySelector("table")?.getAttribute("aria-rowcount");
  expect(rowCount()).toBe("101");
  await user.click(screen.getByRole("button", { name: "Show more" }));
  await waitFor(() => {
    expect(rowCount()).toBe("201");
  });
  await user.click(screen.getByRole("button", { name: "Show more" }));
  await waitFor(() => {
    expect(rowCount()).toBe("251");
  });
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  const [first] = asked;
  expect(asked.at(-1)).toMatchObject({ cursor: "200", fromMs: first?.fromMs, toMs: first?.toMs });
  await user.click(screen.getByRole("button", { name: "Show newer" }));
  await waitFor(() => {
    expect(rowCount()).toBe("101");
  });
});

test("nothing recorded, and nothing left by a filter, are two things", async () => {
  entries = [];
  const user = open("?outcome=over");
  const left = "No validation in this range is left by the filter";
  expect(await screen.findByText(left, undefined, LONG)).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Drop the filter" }));
  expect(await screen.findByText("No validation was recorded in this range")).toBeDefined();
});

test("an error has its request id and can be tried again", async () => {
  refusal = new Refusal("The database is away.");
  const user = open();
  const alert = await screen.findByRole("alert", undefined, LONG);
  expect(alert.textContent).toContain("req_7");
  refusal = null;
  await user.click(within(alert).getByRole("button", { name: "Retry" }));
  expect(await table()).toBeDefined();
});
