import { readFileSync } from "node:fs";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { TRPCProviders } from "@/components/trpc/trpc";
import { ToastHost } from "@/components/ui/toast";
import { BytePairEncoder } from "@/domain/tokens/byte-pair-encoder";
import { packRanks } from "@/domain/tokens/ranks-file";
import type { CountAnswer, ValidateAnswer } from "@/domain/tokens/count-request";
import type { LedgerEntry } from "@/domain/tokens/usage-history";
import type { MeasuredError, SilentCut } from "@/domain/tokens/usage-report";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import { defaultSectionPriorities } from "@/domain/tokens/section-priorities";
import { measurePrompt } from "./measure-prompt";
import { Playground } from "./playground";
import { splitTokens } from "./split-tokens";
import type { PlaygroundSearch } from "./use-profile-choice";
import type { StartWorker } from "./worker-session";

vi.mock("next/navigation", () => ({
  usePathname: () => "/tokens/playground",
  useRouter: () => ({ push: () => undefined, prefetch: () => undefined }),
  useSearchParams: () => new URLSearchParams(window.location.search),
}));

/** Loading a part of the page, on a busy machine. */
const LONG = { timeout: 15_000 };
// Read here: jsdom's URL is not the one by which the server finds its own files.
const { bpe_ranks: ranks } = JSON.parse(
  readFileSync("node_modules/tiktoken/encoders/cl100k_base.json", "utf8"),
) as { bpe_ranks: string };
const encoder = new BytePairEncoder("cl100k_base", packRanks(ranks));

/** Works as the worker does, in the page. */
const workingWorker: StartWorker = (hear) => ({
  postMessage: (request) => {
    const { id } = request;
    hear({ kind: "started", id });
    if (request.kind === "split")
      hear({ kind: "split", id, split: splitTokens(encoder, request.input) });
    else
      void measurePrompt(encoder, request.input).then((measure) => {
        hear({ kind: "measured", id, measure: { ...measure, durationMs: 4.2 } });
      });
  },
  terminate: () => undefined,
});

const brokenWorker: StartWorker = (_, fail) => ({
  postMessage: () => {
    fail("The browser did not start it.");
  },
  terminate: () => undefined,
});

const ID = "00000000-0000-4000-8000-000000000001";
const profileOf = (over: Partial<ListedProfile> = {}): ListedProfile => ({
  id: ID,
  name: "nemotron-mini",
  modelNames: ["mini"],
  contextWindow: 4_096,
  parallelSlots: 1,
  maxOutputTokens: 1_536,
  warningThreshold: 0.8,
  truncationEnabled: true,
  counting: { kind: "encoding", encoding: "cl100k_base" },
  chatTemplate: "none",
  sectionPriorities: defaultSectionPriorities.map((name) => ({ name, required: false })),
  overrides: [],
  kvShape: null,
  weightsGib: null,
  isDefault: true,
  version: 1,
  createdAtMs: 0,
  updatedAtMs: 0,
  remarks: [],
  ...over,
});

const method = {
  kind: "tokenizer" as const,
  name: "nemotron.json",
  errorPercent: null,
  measuredCalls: 0,
  warning: null,
};

class FakeServer {
  profiles = [profileOf()];
  cuts: SilentCut[] = [];
  errors: MeasuredError[] = [];
  over: Partial<LedgerEntry>[] = [];
  sample = "";
  asked: { name: string; input: Record<string, unknown> }[] = [];

  fetch = (address: string, init?: RequestInit) => {
    const url = new URL(address, "http://localhost");
    const names = url.pathname.replace("/api/trpc/", "").split(",");
    if (init?.method === "POST") {
      const input = JSON.parse(init.body as string) as Record<string, unknown>;
      return Promise.resolve(Response.json(this.#answer(names[0] ?? "", input)));
    }
    const inputs = JSON.parse(url.searchParams.get("input") ?? "{}") as Record<string, object>;
    const answers = names.map((name, at) => this.#answer(name, { ...inputs[at] }));
    return Promise.resolve(Response.json(answers));
  };

  inputsOf(name: string) {
    return this.asked.filter((call) => call.name === name).map(({ input }) => input);
  }

  #answer(name: string, input: Record<string, unknown>) {
    this.asked.push({ name, input });
    return { result: { data: this.#dataOf(name, input) } };
  }

  #dataOf(name: string, input: Record<string, unknown>): unknown {
    switch (name) {
      case "models.list":
        return { profiles: this.profiles };
      case "tokens.measuredErrors":
        return { errors: this.errors };
      case "tokens.silentCuts":
        return {
          cuts: this.cuts.filter(({ model }) => model === input.model),
          total: this.cuts.filter(({ model }) => model === input.model).length,
        };
      case "tokens.ledger":
        return { entries: this.over, nextCursor: null, total: this.over.length };
      case "tokens.promptSample":
        return { text: this.sample, isShortened: false, recordedAtMs: 0 };
      case "tokens.count":
        return this.#count(input);
      default:
        return this.#validate(input);
    }
  }

  #count({ sections }: Record<string, unknown>): CountAnswer {
    const counts = (sections as { name: string }[]).map(({ name }) => ({ name, tokens: 1_000 }));
    return { tokens: 1_000 * counts.length, method, sections: counts, overheadTokens: null };
  }

  #validate(_input: Record<string, unknown>): ValidateAnswer {
    return {
      isValid: false,
      outcome: "over",
      promptTokens: 2_852,
      availableTokens: 2_560,
      contextWindow: 4_096,
      maxOutputTokens: 1_536,
      utilization: 2_852 / 2_560,
      warning: null,
      error: "The prompt exceeds …",
      method,
      sections: null,
      profile: "nemotron-mini",
      requestId: "req-77",
      recorded: false,
    };
  }
}

let server = new FakeServer();

beforeEach(() => {
  Element.prototype.scrollTo = () => undefined;
  server = new FakeServer();
  window.sessionStorage.clear();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
});
afterEach(cleanup);

function open({
  startWorker = workingWorker,
  search = { profile: null, encoding: null, isTruncating: true },
}: { startWorker?: StartWorker; search?: PlaygroundSearch } = {}) {
  const user = userEvent.setup();
  render(
    <TRPCProviders>
      <ShortcutProvider>
        <Playground search={search} startWorker={startWorker} />
        <ToastHost />
      </ShortcutProvider>
    </TRPCProviders>,
  );
  return user;
}

const region = (name: string) => screen.findByRole("region", { name }, LONG);
const sent = () => screen.getByTestId("tokens-sent").dataset.value;

async function openExample(options?: Parameters<typeof open>[0]) {
  const user = open(options);
  await user.click(await screen.findByRole("button", { name: "Try the example" }, LONG));
  await screen.findByRole("button", { name: /^required\s*system/ }, LONG);
  return user;
}

test("a typed prompt is counted as it is typed, and its tokens are shown", async () => {
  const user = open();
  await user.type(await screen.findByRole("textbox", { name: "Text of prompt" }), "Hello world");
  await waitFor(() => expect(sent()).toBe("2"));
  await user.click(screen.getByRole("radio", { name: "Tokens" }));
  const tokens = screen.getByRole("group", { name: /^Tokens of prompt/ });
  expect([...tokens.querySelectorAll("[data-token]")].map((one) => one.textContent)).toEqual([
    "Hello",
    " world",
  ]);
  expect(within(await region("Verdict")).getByText("Fits")).toBeTruthy();
});

test("the arrow keys go from token to token, and each is described", async () => {
  const user = open();
  await user.type(await screen.findByRole("textbox", { name: "Text of prompt" }), "Hello world");
  await user.click(screen.getByRole("radio", { name: "Tokens" }));
  const tokens = await screen.findByRole("group", { name: /^Tokens of prompt/ });
  tokens.focus();
  await user.keyboard("{ArrowRight}");
  expect(screen.getByText(`id ${encoder.encode("Hello world")[1]}`)).toBeTruthy();
  expect(screen.getByText("token 2")).toBeTruthy();
  expect(screen.getByText("with its leading space")).toBeTruthy();
});

test("a prompt that is too long: what goes, in which order, and what can be restored", async () => {
  const user = await openExample();
  const verdict = await region("Verdict");
  await within(verdict).findByText("Does not fit");
  const removed = within(screen.getByRole("group", { name: "Removed sections" }));
  expect(removed.getAllByRole("row")[1]?.textContent).toContain("depth_context");
  const before = removed.getAllByRole("row").length;
  await user.click(within(verdict).getByRole("button", { name: /^Restore/ }));
  await waitFor(() => {
    expect(removed.getAllByRole("row").length).toBeLessThan(before);
  });
  expect(within(verdict).getByText(/With truncation it fits/)).toBeTruthy();
});

test("without truncation nothing goes, and the call is the one that validates", async () => {
  await openExample({ search: { profile: null, encoding: null, isTruncating: false } });
  await within(await region("Verdict")).findByText(/Truncation is off: nothing is removed/);
  expect(screen.queryByRole("group", { name: "Removed sections" })).toBeNull();
  expect(screen.getByLabelText("API call without its texts").textContent).toContain(
    "/api/tokens/validate",
  );
});

test("sections are moved, renamed, made required and removed by keyboard; Undo brings one back", async () => {
  const user = await openExample();
  const names = () =>
    within(screen.getByRole("list", { name: "Sections of the prompt" }))
      .getAllByRole("listitem")
      .map((row) => row.querySelector(".truncate")?.textContent);
  screen.getByRole("button", { name: /^required\s*system/ }).focus();
  await user.keyboard("{ArrowDown}{Alt>}{ArrowUp}{/Alt}");
  expect(names().slice(0, 2)).toEqual(["scene_analysis", "system"]);
  const name = screen.getByRole("textbox", { name: "Name of the section" });
  await user.clear(name);
  await user.type(name, "scene");
  expect(names()[0]).toBe("scene");
  await user.click(screen.getByRole("checkbox", { name: "Required" }));
  screen.getByRole("button", { name: /^required\s*scene/ }).focus();
  await user.keyboard("{Delete}");
  expect(names()[0]).toBe("system");
  await user.click(screen.getByRole("button", { name: "Undo" }));
  expect(names()[0]).toBe("scene");
});

test("a prompt with headings is split into sections", async () => {
  const user = open();
  await user.click(await screen.findByRole("button", { name: "Split text" }, LONG));
  const dialog = await screen.findByRole("dialog", { name: "Split text into sections" }, LONG);
  await user.click(within(dialog).getByRole("textbox", { name: "Prompt" }));
  await user.paste("Hi\n## Depth Context\n3 m\n## Scene Analysis\nx\n");
  await within(dialog).findByText("3 sections: text_1, depth_context, scene_analysis");
  await user.click(within(dialog).getByRole("button", { name: "Split" }));
  expect(await screen.findByRole("heading", { name: "3 sections" })).toBeTruthy();
});

test("without a worker the server counts, and the page says so", async () => {
  await openExample({ startWorker: brokenWorker });
  await screen.findByText(/The worker of this browser does not run/, {}, LONG);
  await waitFor(() => expect(sent()).toBe("16000"), LONG);
});

test("a profile with a tokenizer of its own is counted by the server; the colours come from an encoding", async () => {
  server.profiles = [profileOf({ counting: { kind: "tokenizer", tokenizerId: ID } })];
  await openExample();
  await screen.findByText("tokenizer nemotron.json, exact", {}, LONG);
  expect(sent()).toBe("16000");
  expect(
    screen.getByText(/The colours and what truncation changes come from cl100k_base/),
  ).toBeTruthy();
  expect(server.inputsOf("tokens.count").at(-1)).toMatchObject({ model: "nemotron-mini" });
});

test("validation is the server's, by key as well; a dry run says that it is one", async () => {
  const user = await openExample();
  await user.keyboard("{Control>}{Enter}{/Control}");
  const answer = await screen.findByRole("status", { name: "Answer of the server" }, LONG);
  expect(answer.textContent).toContain("2,852 tokens, 111.4 %");
  expect(answer.textContent).toContain("A dry run: not recorded");
  const [input] = server.inputsOf("tokens.validate");
  expect(input).toMatchObject({ model: "nemotron-mini" });
  expect(input).not.toHaveProperty("markRemoved");
});

test("the newest silent cut of the model, under whatever name it goes, and the measured error", async () => {
  const cut = {
    service: "api",
    requestId: "req-1",
    traceId: "4f9c1d7a".repeat(4),
    sentTokens: 31_207,
    countedTokens: 16_384,
    lostTokens: 14_823,
    method: "encoding" as const,
  };
  server.cuts = [
    { ...cut, id: "1", model: "nemotron-mini", atMs: 1 },
    { ...cut, id: "2", model: "mini", atMs: 2, lostTokens: 9 },
  ];
  server.errors = [
    {
      model: "mini",
      methodKind: "encoding",
      methodName: "cl100k_base",
      calls: 4_812,
      errorPercent: -2.1,
      worstPercent: 5,
    },
  ];
  open();
  expect(await screen.findByText("Silent cut", {}, LONG)).toBeTruthy();
  expect(screen.getByText("Counted by mini")).toBeTruthy();
  expect(await screen.findByText("−2.1 %, 4,812 calls")).toBeTruthy();
});

test("the last failed prompt is loaded as sections where its text was kept, and else it says why not", async () => {
  server.over = [{ id: "8", service: "api", hasSample: false }];
  open();
  const name = /^Load last failed prompt/;
  await waitFor(() => {
    const button = screen.getByRole("button", { name });
    expect(button.getAttribute("aria-label")).toContain("PROMPT_SAMPLES");
  }, LONG);
  cleanup();
  server.over = [{ id: "7", service: "api", hasSample: true }];
  server.sample = "## Depth Context\n3 m\n";
  const user = open();
  await user.click(await screen.findByRole("button", { name: "Load last failed prompt" }, LONG));
  expect(await screen.findByRole("button", { name: /^0\s*depth_context/ }, LONG)).toBeTruthy();
  expect(server.inputsOf("tokens.promptSample")).toEqual([{ id: "7" }]);
});

test("what was edited is there after a reload of the tab, and never in the address", async () => {
  const user = open();
  await user.type(await screen.findByRole("textbox", { name: "Text of prompt" }), "kept text");
  cleanup();
  open();
  expect(await screen.findByText("1 section")).toBeTruthy();
  await waitFor(() => expect(sent()).toBe("2"), LONG);
  expect(window.location.href).not.toContain("kept");
});

test("a text beyond what is counted says so and what to do", async () => {
  const user = open();
  await user.click(await screen.findByRole("textbox", { name: "Text of prompt" }));
  await user.paste("a".repeat(2_000_001));
  expect((await screen.findByRole("alert")).textContent).toContain("/api/tokens/count-upload");
});
