import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveProvider } from "@/components/layout/live-connection";
import { createLiveStore } from "@/components/layout/live-store";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { TRPCProviders } from "@/components/trpc/trpc";
import type { UsageRow } from "@/domain/tokens/usage-history";
import type { SilentCut } from "@/domain/tokens/usage-report";
import { adminWho, NOW_MS } from "@/fixtures/fake-admin-server";
import { fakeProcedures, Refusal } from "@/fixtures/fake-procedures";
import { modelProfile } from "@/fixtures/model-profile";
import { usageRow } from "@/fixtures/token-usage";
import { TokensClient } from "./client";

vi.mock("next/navigation", async () =>
  (await import("@/fixtures/address-router")).addressRouter({ pathname: "/tokens" }),
);

/** Parts are loaded when they are first shown; on a busy machine that takes its time. */
const LONG = { timeout: 15_000 };

let rows: UsageRow[] = [];
let cuts: SilentCut[] = [];
let refusal: Refusal | null = null;
let asked: { name: string; input: unknown }[] = [];
let server: ReturnType<typeof fakeProcedures>;

const bursting = usageRow({ over: 48, silentCuts: 12, meanUtilization: 0.87, maxUtilization: 2.1 });
const calm = usageRow({
  service: "batch",
  model: "qwen-vl",
  prompts: 1_080,
  meanUtilization: 0.01,
  warnings: 0,
  reportedPromptTokens: 0,
  reportedCompletionTokens: 0,
});
const cut: SilentCut = {
  id: "1",
  atMs: NOW_MS - 60_000,
  service: "api",
  model: "nemotron",
  requestId: "request-1",
  traceId: "4f9c1d7a4f9c1d7a4f9c1d7a4f9c1d7a",
  sentTokens: 31_207,
  countedTokens: 16_384,
  lostTokens: 14_823,
  method: "tokenizer",
};

beforeEach(() => {
  rows = [bursting, calm];
  cuts = [];
  refusal = null;
  asked = [];
  const noted = (name: string, answer: (input: unknown) => unknown) => (input: unknown) => {
    asked.push({ name, input });
    return answer(input);
  };
  server = fakeProcedures({
    "identity.whoAmI": () => ({ ...adminWho, role: "viewer" }),
    "models.list": () => ({
      profiles: [{ ...modelProfile({ name: "nemotron", truncationEnabled: false }), remarks: [] }],
    }),
    "budgets.list": () => ({
      budgets: [],
      timeZone: "UTC",
      dayStartMs: NOW_MS - 3_600_000,
      dayEndMs: NOW_MS + 3_600_000,
    }),
    "tokens.summary": () => {
      if (refusal !== null) throw refusal;
      return { rows, otherRows: 0, removedSections: [] };
    },
    "tokens.history": noted("history", () => ({ stepMs: 60_000, otherSeries: 0, series: [] })),
    "tokens.removals": noted("removals", () => ({ stepMs: 60_000, sections: [] })),
    "tokens.dryRun": noted("dryRun", () => ({
      prompts: 48,
      withoutSections: 3,
      wouldFit: 47,
      sections: [{ name: "depth", prompts: 48, savedTokens: 30_400 }],
      largest: { tokens: 31_207, becomes: 10_918 },
    })),
    "tokens.silentCuts": noted("silentCuts", () => ({ cuts, total: cuts.length })),
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
  window.history.replaceState(null, "", `/tokens${search}`);
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
          <TokensClient />
        </ShortcutProvider>
      </LiveProvider>
    </TRPCProviders>,
  );
  return userEvent.setup();
}

const parameter = (name: string) => new URLSearchParams(window.location.search).get(name);

const verdict = () => screen.findByRole("region", { name: "Verdict" }, LONG);
const table = () => screen.findByRole("region", { name: "Table of Models and services" }, LONG);

test("the verdict names who fills most of which budget, what was over and what was cut", async () => {
  open();
  expect((await verdict()).textContent).toContain(
    "api fills 87 % of nemotron’s budget on average. 48 of 1,980 prompts were over; the server cut 12 without an error.",
  );
  const link = within(await verdict()).getByRole("link", { name: "Prompts that were cut" });
  expect(link.getAttribute("href")).toBe("/tokens/ledger?only=cut");
});

test("where all prompts fit it says so, and offers nothing to mend", async () => {
  rows = [calm];
  open();
  expect((await verdict()).textContent).toMatch(
    /^All 1,080 prompts fit\. batch fills 1 % of qwen-vl/,
  );
  expect(within(await verdict()).queryByRole("link")).toBeNull();
});

test("charts are about the model whose budget is fullest, and about the one of the filter", async () => {
  open();
  expect(
    await screen.findByText("nemotron, 900 prompts, % of 14,848", undefined, LONG),
  ).toBeDefined();
  expect(asked).toContainEqual({
    name: "history",
    input: expect.objectContaining({ model: "nemotron" }) as unknown,
  });
});

test("a filter narrows everything, also what the server is asked", async () => {
  const user = open();
  await table();
  await user.selectOptions(screen.getByRole("combobox", { name: "Service" }), "batch");
  expect(parameter("service")).toBe("batch");
  expect((await verdict()).textContent).toContain("All 1,080 prompts fit");
  expect(within(await table()).getAllByRole("row")).toHaveLength(2);
  await waitFor(() => {
    for (const name of ["dryRun", "silentCuts", "removals"])
      expect(asked).toContainEqual({
        name,
        input: expect.objectContaining({ service: "batch" }) as unknown,
      });
  }, LONG);
});

test("a filter that leaves nothing says how much there is without it", async () => {
  const user = open("?service=nobody");
  expect(
    await screen.findByText("No prompt from nobody in this range", undefined, LONG),
  ).toBeDefined();
  expect(screen.getByText(/2 pairs of a service and a model have prompts/)).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Show all" }));
  expect(await table()).toBeDefined();
});

test("rows are sorted by their heads, chosen by Enter, and carry state and method", async () => {
  const user = open();
  const list = await table();
  const first = () => within(list).getAllByRole("row")[1]?.textContent;
  expect(first()).toContain("nemotronapi900");
  expect(first()).toContain("off");
  expect(first()).toContain("tiktoken cl100k_base ±2.1 %");
  await user.click(within(list).getByRole("button", { name: "Prompts" }));
  expect(parameter("sort")).toBe("-prompts");
  expect(first()).toContain("qwen-vl");
  list.focus();
  await user.keyboard("{ArrowDown}{Enter}");
  expect([parameter("model"), parameter("service")]).toEqual(["qwen-vl", "batch"]);
});

test("the dry run says how many would fit, and of how many nothing can be said", async () => {
  open();
  const panel = await screen.findByRole("region", { name: "If api were truncated" }, LONG);
  expect((await within(panel).findByText(/would fit/)).textContent).toBe(
    "47 of 48 would fit; 31,207 becomes 10,918. 3 prompts came without sections: nothing can be said of them",
  );
});

test("cuts are listed with ids to copy, and no link to a page that is not there", async () => {
  cuts = [cut];
  open();
  const list = await screen.findByRole("region", { name: "Table of cuts" }, LONG);
  const row = within(list).getAllByRole("row")[1];
  expect(row?.textContent).toContain("4f9c1d7a");
  expect(row?.textContent).toContain("14,823");
  expect(within(list).getByRole("button", { name: "Copy trace id" })).toBeDefined();
  expect(within(list).queryByRole("link")).toBeNull();
});

test("without a validated prompt it says why, and how the first one comes", async () => {
  rows = [];
  open();
  const title = "No service has validated a prompt in this range";
  expect(await screen.findByText(title, undefined, LONG)).toBeDefined();
  expect(
    screen.getByText(/curl -X POST http:\/\/localhost.*\/api\/tokens\/validate/),
  ).toBeDefined();
  expect(screen.getByRole("link", { name: "Try one in the playground" })).toBeDefined();
});

test("an error has its request id and can be tried again", async () => {
  refusal = new Refusal("The database is away.");
  const user = open();
  const alert = await screen.findByRole("alert", undefined, LONG);
  expect(alert.textContent).toContain("The database is away.");
  expect(alert.textContent).toContain("req_7");
  refusal = null;
  await user.click(within(alert).getByRole("button", { name: "Retry" }));
  expect(await verdict()).toBeDefined();
});

test("who may not read is told so", async () => {
  refusal = new Refusal("This needs a viewer.", "FORBIDDEN");
  open();
  expect(
    await screen.findByText("Reading what prompts use needs a viewer", undefined, LONG),
  ).toBeDefined();
});

test("t shows the charts as tables, by the address", async () => {
  const user = open("?charts=table");
  const name = "Prompts by the share of the context used";
  expect(await screen.findByRole("region", { name }, LONG)).toBeDefined();
  await user.keyboard("t");
  expect(parameter("charts")).toBeNull();
});
