import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LiveProvider } from "@/components/layout/live-connection";
import { createLiveStore } from "@/components/layout/live-store";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { TRPCProviders } from "@/components/trpc/trpc";
import { ToastHost } from "@/components/ui/toast";
import type { ListedProfile, ProfileUpdate } from "@/domain/tokens/model-profiles";
import type { ModelServer } from "@/domain/tokens/model-server";
import type { TokenizerFile } from "@/domain/tokens/tokenizer-file";
import { adminWho, NOW_MS } from "@/fixtures/fake-admin-server";
import { fakeProcedures, Refusal } from "@/fixtures/fake-procedures";
import { gpuSample } from "@/fixtures/gpu-samples";
import { modelProfile } from "@/fixtures/model-profile";
import { ModelsClient } from "./client";

vi.mock("next/navigation", async () =>
  (await import("@/fixtures/address-router")).addressRouter({ pathname: "/tokens/models" }),
);

/** Parts are loaded when they are first shown; on a busy machine that takes its time. */
const LONG = { timeout: 15_000 };
const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const GIB = 1_024;

function listed(n: number, given: Partial<ListedProfile> = {}): ListedProfile {
  return { ...modelProfile({ id: id(n), isDefault: n === 1 }), remarks: [], ...given };
}

const first = listed(1);
const second = listed(2, { name: "qwen", modelNames: [], contextWindow: 32_768, parallelSlots: 2 });

const tokenizer: TokenizerFile = {
  id: id(8),
  name: "qwen.json",
  source: "upload",
  sha256: "ab".repeat(32),
  sizeBytes: 7 * 1_024 * 1_024,
  description: "BPE, byte-level",
  vocabularySize: 151_643,
  createdAtMs: NOW_MS,
  createdBy: "ada@example.org",
};
const modelServer: ModelServer = {
  id: id(9),
  name: "llama-1",
  kind: "llama.cpp",
  url: "http://10.0.0.1:8080/",
  model: null,
  hasSecret: true,
  observed: { atMs: NOW_MS, slotWindow: 16_384, parallelSlots: 2, model: "qwen" },
  lastError: null,
};

/** What the server has and refuses. */
let profiles: ListedProfile[] = [];
let tokenizers: TokenizerFile[] = [];
let servers: ModelServer[] = [];
let role: "admin" | "viewer" = "admin";
let refusal: string | null = null;
let server: ReturnType<typeof fakeProcedures>;

function gpu(gpuIndex: number, usedGib: number) {
  const sample = gpuSample({ gpuIndex, gpuUuid: `GPU-${gpuIndex}` });
  const values = {
    ...sample.values,
    memoryUsedMib: usedGib * GIB,
    memoryTotalMib: 24 * GIB,
  };
  return { sample: { ...sample, values }, stale: false, carriedFromMs: {} };
}

beforeEach(() => {
  profiles = [first, second];
  tokenizers = [];
  servers = [];
  role = "admin";
  refusal = null;
  const change = (input: unknown) => {
    if (refusal !== null) throw new Refusal(refusal);
    return { profile: { ...first, ...(input as ProfileUpdate) } };
  };
  server = fakeProcedures({
    "identity.whoAmI": () => ({ ...adminWho, role }),
    "models.list": () => ({ profiles }),
    "models.create": change,
    "models.update": change,
    "models.makeDefault": change,
    "models.delete": () => ({ deleted: true }),
    "tokens.measuredErrors": () => ({
      errors: [
        {
          model: "LLAMA-3-8B",
          methodKind: "encoding",
          methodName: "cl100k_base",
          calls: 1_200,
          errorPercent: -2.14,
          worstPercent: 9,
        },
      ],
    }),
    "tokenizers.list": () => ({ tokenizers }),
    "tokenizers.addFile": (input) => ({ tokenizer: { ...tokenizer, ...(input as object) } }),
    "tokenizers.delete": () => ({ deleted: true }),
    "modelServers.list": () => ({ servers }),
    "modelServers.create": () => ({ server: modelServer, secretDropped: false }),
    "modelServers.update": () => ({ server: modelServer, secretDropped: true }),
    "modelServers.test": () => ({ server: modelServer, ok: true, message: "It counts." }),
    "modelServers.delete": () => {
      throw new Refusal("The profile qwen is counted by it.");
    },
    "gpu.latest": () => ({
      gpus: [gpu(0, 4), gpu(1, 20)],
      simulated: false,
      sources: [],
      pollIntervalMs: 1_000,
      serverTimeMs: NOW_MS,
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
  window.history.replaceState(null, "", `/tokens/models${search}`);
  const user = userEvent.setup();
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
          <ModelsClient />
          <ToastHost />
        </ShortcutProvider>
      </LiveProvider>
    </TRPCProviders>,
  );
  return user;
}

async function rowOf(name: string): Promise<HTMLElement> {
  const table = await screen.findByRole("group", { name: "Table of profiles" }, LONG);
  const found = within(table).getByText(name).closest("tr");
  if (!found) throw new Error(`${name} is no row.`);
  return found;
}

const calculator = () => screen.findByRole("region", { name: "What fits" }, LONG);

describe("the list", () => {
  test("says what a prompt may have, of one slot", async () => {
    open();
    const cells = within(await rowOf("qwen")).getAllByRole("cell");
    expect(cells.slice(1, 5).map((cell) => cell.textContent)).toEqual([
      "32,768",
      "2",
      "1,024",
      "15,360",
    ]);
    const standard = await rowOf("llama-3-8b");
    expect(standard.textContent).toContain("default");
    expect(await within(standard).findByText("±2.1 %", {}, LONG)).toBeTruthy();
    expect((await rowOf("qwen")).textContent).toContain("error not measured");
  });

  test("what is to be looked at stands above it, with the way to it", async () => {
    profiles = [
      listed(1, { remarks: [{ kind: "window_differs", message: "llama-1 gives 2,048 tokens." }] }),
    ];
    const user = open();
    expect(await screen.findByText(/llama-1 gives 2,048 tokens/, {}, LONG)).toBeTruthy();
    const strip = (await screen.findByText(/llama-1 gives/)).closest("div");
    if (!strip) throw new Error("A remark is a strip.");
    await user.click(within(strip).getByRole("button", { name: "Edit llama-3-8b" }));
    expect(await screen.findByRole("dialog", { name: "Edit llama-3-8b" }, LONG)).toBeTruthy();
  });

  test("a viewer sees all of a profile and can change none of it", async () => {
    role = "viewer";
    const user = open();
    const row = await rowOf("qwen");
    await waitFor(() =>
      expect(
        within(row)
          .getAllByRole("button")
          .map((button) => button.getAttribute("aria-label")),
      ).toEqual(["Show qwen"]),
    );
    expect(screen.queryByRole("button", { name: /Add profile/ })).toBeNull();
    await user.click(within(row).getByRole("button", { name: "Show qwen" }));
    const dialog = await screen.findByRole("dialog", { name: "qwen" }, LONG);
    const fields = within(dialog).getAllByRole<HTMLInputElement>("textbox");
    expect(fields.every((field) => field.matches(":disabled"))).toBe(true);
    expect(within(dialog).queryByRole("button", { name: "Save profile" })).toBeNull();
  });

  test("a failure is an error with a retry", async () => {
    const broken = fakeProcedures({
      "identity.whoAmI": () => adminWho,
      "tokenizers.list": () => ({ tokenizers }),
      "modelServers.list": () => ({ servers }),
    });
    vi.stubGlobal("fetch", broken.fetch);
    open();
    expect(await screen.findByText("Profiles were not read", {}, LONG)).toBeTruthy();
    vi.stubGlobal("fetch", server.fetch);
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(await rowOf("qwen")).toBeTruthy();
  });
});

describe("changes", () => {
  const edit = async (name: string) => {
    const user = open();
    const row = await rowOf(name);
    await user.click(await within(row).findByRole("button", { name: `Edit ${name}` }, LONG));
    return { user, dialog: await screen.findByRole("dialog", { name: `Edit ${name}` }, LONG) };
  };

  test("a wrong field gets the focus and says why; a right one is saved with the version that was seen", async () => {
    const { user, dialog } = await edit("qwen");
    const output = within(dialog).getByLabelText("Kept for the answer");
    await user.clear(output);
    await user.type(output, "16384{Enter}");
    expect(within(dialog).getByText("Must be less than the window of a slot")).toBeTruthy();
    expect(document.activeElement).toBe(output);
    expect(server.sent).toEqual([]);
    await user.clear(output);
    await user.type(output, "2,048");
    expect(within(dialog).getByText("14,336 for its prompt")).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: "Save profile" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(server.sent).toMatchObject([
      { name: "models.update", input: { id: id(2), version: 1, maxOutputTokens: 2_048 } },
    ]);
    expect(await screen.findByText("qwen is saved")).toBeTruthy();
  });

  test("who saved first is named, and what was typed stays", async () => {
    refusal = "kim@example.org changed qwen after you opened it.";
    const { user, dialog } = await edit("qwen");
    await user.type(within(dialog).getByLabelText("Name"), "-2{Enter}");
    expect((await within(dialog).findByRole("alert")).textContent).toContain(refusal);
    expect(within(dialog).getByDisplayValue("qwen-2")).toBeTruthy();
  });

  test("sections are moved, locked and added by keyboard", async () => {
    const { user, dialog } = await edit("llama-3-8b");
    const names = () =>
      within(within(dialog).getByRole("list", { name: /^Sections/ }))
        .getAllByRole("listitem")
        .map((item) => item.getAttribute("aria-label"));
    expect(names()).toEqual(["1: weather_context", "2: scene_analysis, required"]);
    within(dialog)
      .getByRole("listitem", { name: /weather/ })
      .focus();
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    expect(names()).toEqual(["1: scene_analysis, required", "2: weather_context"]);
    await waitFor(() =>
      expect(document.activeElement?.getAttribute("aria-label")).toBe("2: weather_context"),
    );
    await user.click(within(dialog).getByRole("button", { name: "Never remove weather_context" }));
    await user.type(within(dialog).getByLabelText("Another section"), "zone{Enter}");
    await user.type(within(dialog).getByLabelText("Another section"), "ZONE{Enter}");
    expect(within(dialog).getByText("It is in the list already")).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: "Save profile" }));
    await waitFor(() => expect(server.sent).toHaveLength(1));
    expect(server.sent[0]?.input).toMatchObject({
      sectionPriorities: [
        { name: "scene_analysis", required: true },
        { name: "weather_context", required: true },
        { name: "zone", required: false },
      ],
    });
  });

  test("an override says what differs for one service", async () => {
    const { user, dialog } = await edit("llama-3-8b");
    await user.click(within(dialog).getByRole("button", { name: "Add service" }));
    const row = within(dialog).getByRole("group", { name: "Override for the service" });
    await user.type(within(row).getByLabelText("Service"), "api");
    await user.type(within(row).getByLabelText("Window"), "4096");
    await user.selectOptions(within(row).getByLabelText("Truncation"), "off");
    await user.click(within(dialog).getByRole("button", { name: "Save profile" }));
    await waitFor(() => expect(server.sent).toHaveLength(1));
    expect(server.sent[0]?.input).toMatchObject({
      overrides: [
        {
          service: "api",
          contextWindow: 4_096,
          maxOutputTokens: null,
          warningThreshold: null,
          truncationEnabled: false,
        },
      ],
    });
  });

  test("n adds a profile; another one becomes the default; deleting asks, and not of the default", async () => {
    const user = open();
    const row = await rowOf("qwen");
    await within(row).findByRole("button", { name: "Edit qwen" }, LONG);
    await user.keyboard("n");
    const dialog = await screen.findByRole("dialog", { name: "Add a profile" }, LONG);
    await user.type(within(dialog).getByLabelText("Name"), "new{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(within(row).getByRole("button", { name: "Make qwen the default" }));
    expect(await screen.findByText("qwen is the default")).toBeTruthy();
    const standard = within(await rowOf("llama-3-8b"));
    expect(standard.queryByRole("button", { name: /Delete/ })).toBeNull();
    await user.click(within(row).getByRole("button", { name: "Delete qwen" }));
    const question = await screen.findByRole("dialog", { name: "Delete qwen?" }, LONG);
    expect(question.textContent).toContain("measured by the default, llama-3-8b");
    await user.click(within(question).getByRole("button", { name: "Delete profile" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(server.sent.map(({ name }) => name)).toEqual([
      "models.create",
      "models.makeDefault",
      "models.delete",
    ]);
  });
});

describe("what fits", () => {
  test("the default's window on the first GPU, and another GPU and profile by the address", async () => {
    const user = open();
    const panel = await calculator();
    // 20 GiB free: × 0.9 − 15 GiB = 3 GiB = 24,576 tokens of 128 KiB.
    expect(await within(panel).findByText("24,576 tokens", {}, LONG)).toBeTruthy();
    expect(
      within(panel).getByRole("img", { name: /^Now: in use now 4.0 GiB, of 24.0/ }),
    ).toBeTruthy();
    await user.selectOptions(within(panel).getByLabelText("GPU"), "GPU-1");
    expect(await within(panel).findByText(/Nothing fits on GPU 1/)).toBeTruthy();
    expect(window.location.search).toContain("gpu=GPU-1");
    await user.click(await rowOf("qwen"));
    expect(window.location.search).toContain(`profile=${id(2)}`);
    expect(within(panel).getByLabelText<HTMLSelectElement>("Model").value).toBe(id(2));
    expect(within(panel).getByLabelText<HTMLInputElement>("Slots").value).toBe("2");
  });

  test("the reverse: what a window needs", async () => {
    const user = open();
    const panel = await calculator();
    await user.click(within(panel).getByRole("radio", { name: "Memory of a window" }));
    const window = within(panel).getByLabelText("Window");
    await user.clear(window);
    await user.type(window, "8192");
    expect(within(panel).getByText("1.0 GiB")).toBeTruthy();
    expect(panel.textContent).toContain("It fits on GPU 0, and 2.0 GiB stay free");
    await user.click(within(panel).getByRole("switch", { name: /weights are in memory/ }));
    expect(panel.textContent).toContain("17.0 GiB stay free");
  });

  test("a pasted config.json fills it, and a wrong one says what is missing", async () => {
    const user = open("?profile=own");
    const panel = await calculator();
    expect(within(panel).getByText(/stand in its config\.json/)).toBeTruthy();
    await user.click(within(panel).getByRole("button", { name: "Paste config.json" }));
    const area = within(panel).getByLabelText("config.json of the model");
    await user.click(area);
    await user.paste('{"model_type":"x"}');
    expect(within(panel).getByText(/num_hidden_layers is missing/)).toBeTruthy();
    await user.clear(area);
    await user.paste(
      '{"num_hidden_layers":52,"hybrid_override_pattern":"M*M*M*M*M*M*","num_attention_heads":32,"num_key_value_heads":2,"head_dim":128}',
    );
    expect(within(panel).getByLabelText<HTMLInputElement>("Attention layers").value).toBe("6");
    expect(within(panel).getByText(/^6 of 52 layers are attention layers/)).toBeTruthy();
    expect(panel.textContent).toContain("6 KiB a token");
  });
});

describe("model servers", () => {
  const panel = () => screen.findByRole("region", { name: "Model servers" }, LONG);

  test("are not shown to others than admins, and not asked for", async () => {
    role = "viewer";
    open();
    await rowOf("qwen");
    expect(await screen.findByRole("region", { name: "Tokenizers" }, LONG)).toBeTruthy();
    expect(screen.queryByRole("region", { name: "Model servers" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Add tokenizer" })).toBeNull();
  });

  test("one is added, and tested", async () => {
    const user = open();
    await user.click(
      await within(await panel()).findByRole("button", { name: "Add server" }, LONG),
    );
    const dialog = await screen.findByRole("dialog", { name: "Add a model server" }, LONG);
    await user.type(within(dialog).getByLabelText("Name"), "llama-1{Enter}");
    expect(within(dialog).getByText(/begins with http/)).toBeTruthy();
    expect(document.activeElement).toBe(within(dialog).getByLabelText("Address"));
    servers = [modelServer];
    await user.keyboard("http://10.0.0.1:8080/{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(server.sent).toEqual([
      {
        name: "modelServers.create",
        input: {
          name: "llama-1",
          kind: "llama.cpp",
          url: "http://10.0.0.1:8080/",
          model: null,
          secret: null,
        },
      },
    ]);
    await user.click(await screen.findByRole("button", { name: "Test llama-1" }, LONG));
    expect(await screen.findByText("llama-1: It counts.")).toBeTruthy();
  });

  test("another address says that the secret is lost, before and after", async () => {
    servers = [modelServer];
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Edit llama-1" }, LONG));
    const dialog = await screen.findByRole("dialog", { name: "Edit llama-1" }, LONG);
    expect(within(dialog).queryByText(/loses the secret/)).toBeNull();
    await user.type(within(dialog).getByLabelText("Address"), "v1");
    expect(within(dialog).getByText(/loses the secret/)).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: "Save server" }));
    expect(await screen.findByText(/its secret is dropped/)).toBeTruthy();
    expect(server.sent[0]?.input).not.toHaveProperty("secret");
  });

  test("what the server refuses to delete is said in its words", async () => {
    servers = [{ ...modelServer, lastError: { atMs: NOW_MS, message: "It does not answer." } }];
    const user = open();
    expect(await screen.findByText("It does not answer.", {}, LONG)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Delete llama-1" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete llama-1?" }, LONG);
    await user.click(within(dialog).getByRole("button", { name: "Delete server" }));
    expect((await within(dialog).findByRole("alert")).textContent).toContain("is counted by it");
  });
});

describe("tokenizers", () => {
  /** Sends when it is told to. */
  class FakeUpload {
    static last: FakeUpload | undefined;
    upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
    onload?: () => void;
    status = 0;
    responseText = "";
    address = "";
    isAborted = false;
    constructor() {
      FakeUpload.last = this;
    }
    open(_method: string, address: string) {
      this.address = address;
    }
    setRequestHeader() {
      /* nothing listens */
    }
    send() {
      /* told by the test */
    }
    abort() {
      this.isAborted = true;
    }
  }
  /** The server answers the upload that is on its way. */
  const answer = (status: number, body: unknown) => {
    act(() => {
      Object.assign(FakeUpload.last ?? {}, { status, responseText: JSON.stringify(body) });
      FakeUpload.last?.onload?.();
    });
  };
  const openDialog = async (user: ReturnType<typeof userEvent.setup>) => {
    await user.click(await screen.findByRole("button", { name: "Add tokenizer" }, LONG));
    return screen.findByRole("dialog", { name: "Add a tokenizer" }, LONG);
  };
  const file = new File(["{}"], "qwen.json", { type: "application/json" });

  beforeEach(() => {
    vi.stubGlobal("XMLHttpRequest", FakeUpload);
  });

  test("an upload shows how far it is, can be cancelled, and says what was refused", async () => {
    const user = open();
    const dialog = await openDialog(user);
    const start = () =>
      user.click(within(dialog).getByRole("button", { name: "Upload tokenizer" }));
    await start();
    expect(within(dialog).getByText("Choose a tokenizer.json")).toBeTruthy();
    await user.upload(within(dialog).getByLabelText(/^tokenizer\.json of/), file);
    expect(within(dialog).getByLabelText<HTMLInputElement>("Name").value).toBe("qwen");
    await start();
    expect(FakeUpload.last?.address).toBe("/api/tokenizers/upload?name=qwen");
    act(() => FakeUpload.last?.upload.onprogress?.({ loaded: 1, total: 4 }));
    expect(within(dialog).getByRole("progressbar").getAttribute("aria-valuenow")).toBe("25");
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(FakeUpload.last?.isAborted).toBe(true);
    await waitFor(() => expect(within(dialog).queryByRole("progressbar")).toBeNull());
    expect(within(dialog).queryByRole("alert")).toBeNull();
    await start();
    answer(422, {
      error: { code: "INVALID", message: "This is no tokenizer.json.", request_id: "req_9" },
    });
    expect((await within(dialog).findByRole("alert")).textContent).toBe(
      "This is no tokenizer.json.req_9",
    );
    await start();
    tokenizers = [tokenizer];
    answer(200, { tokenizer });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(await screen.findByText("151,643")).toBeTruthy();
  });

  test("a path of the portal's machine is added; one that is there can be chosen by a profile", async () => {
    tokenizers = [tokenizer];
    const user = open();
    const dialog = await openDialog(user);
    await user.click(within(dialog).getByRole("radio", { name: /^Path/ }));
    await user.type(within(dialog).getByLabelText("Path"), "/models/qwen{Enter}");
    expect(within(dialog).getByText(/ends with \.json/)).toBeTruthy();
    await user.type(within(dialog).getByLabelText("Path"), "/tokenizer.json");
    await user.type(within(dialog).getByLabelText("Name"), "qwen{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(server.sent).toEqual([
      { name: "tokenizers.addFile", input: { name: "qwen", path: "/models/qwen/tokenizer.json" } },
    ]);
    await user.click(screen.getByRole("button", { name: "Edit qwen" }));
    const edit = await screen.findByRole("dialog", { name: "Edit qwen" }, LONG);
    await user.click(within(edit).getByRole("radio", { name: "Tokenizer" }));
    await user.selectOptions(
      within(edit).getByRole("combobox", { name: "Tokenizer" }),
      "qwen.json",
    );
    await user.click(within(edit).getByRole("button", { name: "Save profile" }));
    await waitFor(() => expect(server.sent).toHaveLength(2));
    expect(server.sent[1]?.input).toMatchObject({
      counting: { kind: "tokenizer", tokenizerId: tokenizer.id },
    });
  });
});
