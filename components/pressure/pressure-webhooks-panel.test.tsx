import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TRPCProviders } from "@/components/trpc/trpc";
import { ToastHost } from "@/components/ui/toast";
import type { PressureWebhook } from "@/domain/pressure/pressure-webhook";
import { PressureWebhooksPanel } from "./pressure-webhooks-panel";

const LONG = { timeout: 10_000 };
const SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0YXJnZXQ=";
const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

function webhook(n: number, over: Partial<PressureWebhook> = {}): PressureWebhook {
  return {
    id: id(n),
    name: `Target ${n}`,
    url: `http://10.0.0.${n}/`,
    enabled: true,
    createdAtMs: 1,
    secretAtMs: 1,
    status: {
      lastSuccessAtMs: null,
      lastFailureAtMs: null,
      lastError: null,
      waitingCount: 0,
      failedCount: 0,
    },
    ...over,
  };
}

/** The server: what it knows, and what it was asked to change. */
let webhooks: PressureWebhook[] = [];
let isDown = false;
let sent: { name: string; input: Record<string, unknown> }[] = [];
let refusal: string | null = null;

function change(name: string, input: Record<string, unknown>): unknown {
  sent.push({ name, input });
  const of = webhooks.find((one) => one.id === input.id);
  switch (name) {
    case "create": {
      const made = webhook(9, { name: String(input.name), url: String(input.url) });
      webhooks = [...webhooks, made];
      return { webhook: made, secret: SECRET };
    }
    case "update":
      return {
        webhook: of,
        secret: input.url === of?.url && input.renewSecret !== true ? null : SECRET,
      };
    case "delete":
      webhooks = webhooks.filter((one) => one !== of);
      return { deleted: true };
    default:
      return { ok: false, message: "The target answered 401." };
  }
}

beforeEach(() => {
  webhooks = [];
  sent = [];
  isDown = false;
  refusal = null;
  vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
    if (isDown) return Promise.reject(new TypeError("Failed to fetch"));
    const url = new URL(address, "http://localhost");
    const name = url.pathname.replace("/api/trpc/gpu.pressureWebhooks.", "");
    const answer = (value: unknown) => Promise.resolve(new Response(JSON.stringify(value)));
    if (init.method !== "POST") return answer([{ result: { data: { webhooks, maxCount: 3 } } }]);
    const data = { code: "BAD_REQUEST", httpStatus: 400, requestId: "req_7" };
    if (refusal !== null) return answer({ error: { message: refusal, data } });
    const input = JSON.parse(init.body as string) as Record<string, unknown>;
    return answer({ result: { data: change(name, input) } });
  });
});
afterEach(cleanup);

function open() {
  const user = userEvent.setup();
  render(
    <TRPCProviders>
      <PressureWebhooksPanel />
      <ToastHost />
    </TRPCProviders>,
  );
  return user;
}

function lastOf(buttons: HTMLElement[]): HTMLElement {
  const last = buttons.at(-1);
  if (!last) throw new Error("There is no such button.");
  return last;
}

describe("without a target", () => {
  test("says why one is of use, and adds it by keyboard alone; its secret is shown once", async () => {
    const user = open();
    expect(await screen.findByText("No target yet")).toBeTruthy();
    screen.getByRole("button", { name: "Add target" }).focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Add a webhook target" }, LONG);
    const name = within(dialog).getByRole("textbox", { name: "Name" });
    name.focus();
    await user.keyboard("Inference{Tab}http://10.0.0.9/hook{Enter}");
    expect((await screen.findByLabelText("Secret", {}, LONG)).textContent).toBe(SECRET);
    expect(screen.getByRole("button", { name: "Copy secret" })).toBeTruthy();
    expect(sent).toEqual([
      { name: "create", input: { name: "Inference", url: "http://10.0.0.9/hook" } },
    ]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByText(SECRET)).toBeNull());
    expect(await screen.findByText("http://10.0.0.9/hook")).toBeTruthy();
  });

  test("what is wrong is said at its field, which gets the focus, and nothing is sent", async () => {
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Add target" }));
    const url = await screen.findByLabelText("Address", {}, LONG);
    await user.click(lastOf(screen.getAllByRole("button", { name: "Add target" })));
    const name = screen.getByLabelText(/^Name/);
    expect(document.activeElement).toBe(name);
    expect(name.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("Give it a name")).toBeTruthy();
    await user.type(name, "x");
    for (const [address, problem] of [
      ["ftp://10.0.0.1/", /begins with http/],
      ["http://me:pass@10.0.0.1/", /Leave the user name/],
    ] as const) {
      await user.clear(url);
      await user.type(url, `${address}{Enter}`);
      expect(screen.getByText(problem)).toBeTruthy();
      expect(document.activeElement).toBe(url);
    }
    expect(sent).toEqual([]);
  });

  test("the server's refusal is shown with its request id, and what was typed stays", async () => {
    refusal = "The target has an address that is not allowed.";
    const user = open();
    await user.click(await screen.findByRole("button", { name: "Add target" }));
    await user.type(await screen.findByLabelText("Name", {}, LONG), "x");
    await user.type(screen.getByLabelText("Address"), "http://169.254.169.254/{Enter}");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toBe(`${refusal}req_7`);
    expect(screen.getByDisplayValue("http://169.254.169.254/")).toBeTruthy();
  });
});

describe("with targets", () => {
  beforeEach(() => {
    const { status } = webhook(1);
    webhooks = [
      webhook(1),
      webhook(2, {
        status: {
          ...status,
          lastError: "The target answered 503.",
          waitingCount: 4,
          failedCount: 2,
        },
      }),
    ];
  });
  const row = async (n: number) => {
    const found = (await screen.findByText(`Target ${n}`)).closest("tr");
    if (!found) throw new Error("A target is a row.");
    return found;
  };

  test("each says how it fares, in words", async () => {
    open();
    expect((await row(1)).textContent).toContain("Nothing sent yet");
    expect((await row(2)).textContent).toContain("Fails2 given upThe target answered 503.");
  });

  test("a test says what came back", async () => {
    const user = open();
    await user.click(within(await row(1)).getByRole("button", { name: "Test Target 1" }));
    expect(await screen.findByText("Target 1: The target answered 401.")).toBeTruthy();
    expect(sent).toEqual([{ name: "test", input: { id: id(1) } }]);
  });

  test("another address says that another secret is made, and shows it", async () => {
    const user = open();
    await user.click(within(await row(1)).getByRole("button", { name: "Edit Target 1" }));
    const url = await screen.findByLabelText("Address", {}, LONG);
    expect(screen.queryByText(/the old one ends/)).toBeNull();
    await user.type(url, "new");
    expect(screen.getByText(/the old one ends/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Save target" }));
    expect((await screen.findByLabelText("Secret")).textContent).toBe(SECRET);
    expect(sent[0]?.input).toMatchObject({ id: id(1), url: "http://10.0.0.1/new", enabled: true });
  });

  test("one that is only switched off closes without a secret", async () => {
    const user = open();
    await user.click(within(await row(1)).getByRole("button", { name: "Edit Target 1" }));
    await user.click(await screen.findByRole("switch", { name: "Send to this target" }, LONG));
    await user.click(screen.getByRole("button", { name: "Save target" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent[0]?.input).toMatchObject({ id: id(1), enabled: false, renewSecret: false });
  });

  test("deleting says what is lost, and asks", async () => {
    const user = open();
    await user.click(within(await row(2)).getByRole("button", { name: "Delete Target 2" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete Target 2" }, LONG);
    expect(dialog.textContent).toContain("4 messages not sent yet are lost");
    await user.click(within(dialog).getByRole("button", { name: "Keep target" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent).toEqual([]);
    await user.click(within(await row(2)).getByRole("button", { name: "Delete Target 2" }));
    await user.click(await screen.findByRole("button", { name: "Delete target" }));
    await waitFor(() => expect(screen.queryByText("Target 2")).toBeNull());
  });

  test("at the most that are kept nothing can be added", async () => {
    webhooks = [1, 2, 3].map((n) => webhook(n));
    open();
    await row(3);
    expect(screen.getByRole("button", { name: "Add target" }).hasAttribute("disabled")).toBe(true);
  });
});

test("a server that does not answer is an error with a retry", async () => {
  isDown = true;
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 100 });
  open();
  const title = await screen.findByText("Targets were not read", {}, LONG);
  vi.useRealTimers();
  isDown = false;
  expect(title).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(await screen.findByText("No target yet")).toBeTruthy();
});
