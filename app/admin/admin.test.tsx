import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LiveProvider } from "@/components/layout/live-connection";
import { createLiveStore } from "@/components/layout/live-store";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { TRPCProviders } from "@/components/trpc/trpc";
import { ToastHost } from "@/components/ui/toast";
import {
  adminWho,
  FakeAdminServer,
  fakeEntry,
  fakeKey,
  fakeSession,
  fakeUser,
  NOW_MS,
} from "@/fixtures/fake-admin-server";
import { AdminClient } from "./client";

vi.mock("next/navigation", async () =>
  (await import("@/fixtures/address-router")).addressRouter({ pathname: "/admin" }),
);

/** A tab is loaded when it is first shown; on a busy machine that takes its time. */
const LONG = { timeout: 15_000 };
let server = new FakeAdminServer();

beforeEach(() => {
  server = new FakeAdminServer();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(cleanup);

function open(search = "") {
  window.history.replaceState(null, "", `/admin${search}`);
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
          <AdminClient />
          <ToastHost />
        </ShortcutProvider>
      </LiveProvider>
    </TRPCProviders>,
  );
  return user;
}

const parameter = (name: string) => new URLSearchParams(window.location.search).get(name);
const table = (name: string) => screen.findByRole("region", { name: `Table of ${name}` }, LONG);

async function row(name: string, tableName: string): Promise<HTMLElement> {
  const found = (await within(await table(tableName)).findByText(name)).closest("tr");
  if (!found) throw new Error(`${name} is no row.`);
  return found;
}

/** Chooses an entry of the menu at the end of a row. */
async function choose(user: ReturnType<typeof userEvent.setup>, of: string, entry: string) {
  await user.click(await screen.findByRole("button", { name: `More for ${of}` }, LONG));
  await user.click(await screen.findByRole("menuitem", { name: entry }, LONG));
}

describe("for others than admins", () => {
  test.each([
    ["a viewer", { ...adminWho, role: "viewer" as const }],
    ["somebody who is not signed in", { ...adminWho, role: null, via: "anonymous" as const }],
  ])("to %s it says so, and nothing is asked of the server", async (_, who) => {
    server.who = who;
    open("?tab=keys");
    expect(
      await screen.findByText("Managing users, keys and settings needs an admin"),
    ).toBeTruthy();
    expect(screen.queryByRole("tab")).toBeNull();
    expect(server.calls.filter(({ name }) => name !== "identity.whoAmI")).toEqual([]);
  });
});

describe("tabs", () => {
  test("count what there is, and are walked by arrow keys; each is an address", async () => {
    server.keys = [fakeKey(1), fakeKey(2, { revokedAtMs: 1 }), fakeKey(3, { expiresAtMs: 1 })];
    server.entries = [fakeEntry(1), fakeEntry(2)];
    const user = open();
    expect(await screen.findByRole("tab", { name: "Users 1" }, LONG)).toBeTruthy();
    expect(screen.getByRole("tab", { name: "API keys 1" })).toBeTruthy(); // what opens nothing is not counted
    expect(screen.getByRole("tab", { name: "Audit 2" })).toBeTruthy();
    screen.getByRole("tab", { name: "Users 1" }).focus();
    await user.keyboard("{ArrowRight}");
    expect(parameter("tab")).toBe("keys");
    expect(document.activeElement).toBe(screen.getByRole("tab", { name: "API keys 1" }));
    await user.keyboard("{End}");
    expect(parameter("tab")).toBe("settings");
    await user.keyboard("{ArrowRight}");
    expect(parameter("tab")).toBeNull();
  });

  test("what narrows one list stays behind when another is opened", async () => {
    const user = open("?q=ada&who=ada@example.org&from=-1h");
    await user.click(await screen.findByRole("tab", { name: /^Sessions/ }, LONG));
    expect(window.location.search).toBe("?from=-1h&tab=sessions");
  });
});

describe("users", () => {
  test("one is added by keyboard; the first password is shown once and takes the focus", async () => {
    const user = open();
    const email = await screen.findByRole("textbox", { name: "Email" }, LONG);
    email.focus();
    await user.keyboard("viewer1{Enter}");
    expect(screen.getByText("This is not an e-mail address")).toBeTruthy();
    expect(document.activeElement).toBe(email);
    await user.keyboard("@example.org{Tab}Vera{Tab}{ArrowRight}{Enter}");
    const made = await screen.findByRole("group", { name: "viewer1@example.org was added" }, LONG);
    expect(within(made).getByLabelText("password").textContent).toBe("first-password");
    expect(document.activeElement).toBe(made);
    expect(server.called("users.create").map(({ input }) => input)).toEqual([
      { email: "viewer1@example.org", name: "Vera", role: "operator" },
    ]);
    expect(await row("viewer1@example.org", "Users")).toBeTruthy();
    await user.click(within(made).getByRole("button", { name: "Done" }));
    expect(screen.queryByText("first-password")).toBeNull();
  });

  test("the row of who looks is marked, a disabled one struck through with its day", async () => {
    server.users = [...server.users, fakeUser(2, { disabledAtMs: NOW_MS - 86_400_000 })];
    open();
    expect((await row("ada@example.org", "Users")).textContent).toContain("You");
    const disabled = await row("user2@example.org", "Users");
    expect(disabled.textContent).toContain("disabled 19 Nov");
    expect(disabled.textContent).not.toContain("You");
  });

  test("more rights are given at once, fewer only after a question that says what ends", async () => {
    server.users = [...server.users, fakeUser(2, { role: "operator", activeSessions: 2 })];
    const user = open();
    await choose(user, "user2@example.org", "Make admin");
    expect(await screen.findByText("user2@example.org is admin")).toBeTruthy();
    await waitFor(async () => {
      expect((await row("user2@example.org", "Users")).textContent).toContain("admin");
    });
    await choose(user, "user2@example.org", "Make viewer");
    const dialog = await screen.findByRole(
      "dialog",
      { name: "Make user2@example.org viewer?" },
      LONG,
    );
    expect(dialog.textContent).toContain("admin → viewer");
    expect(server.called("users.update")).toHaveLength(1);
    await user.click(within(dialog).getByRole("button", { name: "Make viewer" }));
    expect(await screen.findByText("user2@example.org is viewer")).toBeTruthy();
    expect(server.called("users.update").at(-1)?.input).toMatchObject({ role: "viewer" });
  });

  test("the last admin stays: the server's sentence stands in the dialog, and Esc leaves it", async () => {
    server.refused.set("users.delete", "This is the last admin: make somebody else one first.");
    const user = open();
    await choose(user, "ada@example.org", "Delete");
    const dialog = await screen.findByRole("dialog", { name: "Delete ada@example.org?" }, LONG);
    await user.click(within(dialog).getByRole("button", { name: "Delete user" }));
    const alert = await within(dialog).findByRole("alert");
    expect(alert.textContent).toBe(
      "This is the last admin: make somebody else one first.req_refused",
    );
    await user.keyboard("{Escape}");
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
    expect(document.activeElement).toBe(
      screen.getByRole("button", { name: "More for ada@example.org" }),
    );
    // The next question begins without the old refusal.
    await choose(user, "ada@example.org", "Disable");
    await screen.findByRole("dialog", { name: "Disable ada@example.org?" });
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("a password is made anew after a question, and shown once", async () => {
    server.users = [...server.users, fakeUser(2, { activeSessions: 1 })];
    const user = open();
    await choose(user, "user2@example.org", "Reset password");
    const dialog = await screen.findByRole("dialog", {}, LONG);
    expect(dialog.textContent).toContain("1 session ends, and sockets close within 5 s.");
    await user.click(within(dialog).getByRole("button", { name: "Make password" }));
    expect((await screen.findByLabelText("password", {}, LONG)).textContent).toBe(
      "second-password",
    );
    expect(screen.getByText("user2@example.org has a new password")).toBeTruthy();
  });

  test("disabled, enabled, deleted: each is asked for and shows in the list", async () => {
    server.users = [...server.users, fakeUser(2)];
    const user = open();
    await choose(user, "user2@example.org", "Disable");
    await user.click(await screen.findByRole("button", { name: "Disable user" }, LONG));
    expect(await screen.findByText(/^disabled 20 Nov/)).toBeTruthy();
    await choose(user, "user2@example.org", "Enable");
    await waitFor(() => {
      expect(screen.queryByText(/^disabled 20 Nov/)).toBeNull();
    });
    await choose(user, "user2@example.org", "Delete");
    await user.click(await screen.findByRole("button", { name: "Delete user" }, LONG));
    await waitFor(async () => {
      expect(within(await table("Users")).queryByText("user2@example.org")).toBeNull();
    });
  });

  test("rows are sorted by their heads, filtered by words, walked and copied by keys", async () => {
    server.users = [...server.users, fakeUser(3), fakeUser(2, { name: "Zoe" })];
    const user = open();
    await row("user3@example.org", "Users");
    const names = async () =>
      within(await table("Users"))
        .getAllByRole("row")
        .slice(1)
        .map((one) => one.textContent.slice(0, 5));
    expect(await names()).toEqual(["ada@e", "user2", "user3"]);
    await user.click(screen.getByRole("button", { name: "Person" }));
    expect(parameter("sort")).toBe("-email");
    expect(await names()).toEqual(["user3", "user2", "ada@e"]);
    await user.keyboard("jj");
    expect(document.activeElement).toBe(await row("user2@example.org", "Users"));
    await user.keyboard("y");
    expect(await navigator.clipboard.readText()).toMatch(
      /^Person\tRole.*\nuser2@example.org \(Zoe\)/,
    );
    await user.keyboard("/zoe operator");
    expect(await screen.findByText("None of the Users has “zoe operator”")).toBeTruthy();
    await user.click(
      screen.getAllByRole("button", { name: "Drop the filter" }).at(-1) ?? document.body,
    );
    expect(await names()).toHaveLength(3);
  });

  test("a list that is refused is an error with its request id, and Retry asks again", async () => {
    server.refused.set("users.list", "The database does not answer.");
    const user = open();
    const error = await screen.findByText("Users were not read", {}, LONG);
    expect(error.parentElement?.textContent).toContain("req_refused");
    server.refused.clear();
    await user.click(screen.getAllByRole("button", { name: "Retry" })[0] ?? document.body);
    expect(await row("ada@example.org", "Users")).toBeTruthy();
  });
});

describe("API keys", () => {
  test("without one it says who needs one", async () => {
    open("?tab=keys");
    expect(await screen.findByText("No key yet", {}, LONG)).toBeTruthy();
  });

  test("one is made: name, kind in words, end; the key is shown once with a call", async () => {
    const user = open("?tab=keys");
    await user.click(await screen.findByRole("button", { name: "Make key" }, LONG));
    expect(screen.getByText("Give it a name")).toBeTruthy();
    await user.keyboard("ci-bench");
    await user.click(screen.getByRole("radio", { name: "Ingest" }));
    expect(screen.getByText(/reads nothing/)).toBeTruthy();
    await user.click(screen.getByRole("radio", { name: "Date…" }));
    await user.click(screen.getByRole("button", { name: "Make key" }));
    expect(screen.getByText("Give a day")).toBeTruthy();
    expect(server.called("keys.create")).toEqual([]);
    await user.type(screen.getByLabelText(/^Last day/), "2026-11-30");
    await user.click(screen.getByRole("button", { name: "Make key" }));
    const made = await screen.findByRole("group", { name: "ci-bench was made" }, LONG);
    expect(within(made).getByLabelText("API key").textContent).toBe("sl_read_secret");
    expect(made.textContent).toContain('curl -H "Authorization: Bearer $KEY"');
    expect(made.textContent).not.toMatch(/curl.*sl_read_secret/);
    expect(server.called("keys.create")[0]?.input).toEqual({
      name: "ci-bench",
      kind: "ingest",
      expiresInDays: 11,
    });
    expect(await row("ci-bench", "API keys")).toBeTruthy();
  });

  test("one without an end is null, not 0", async () => {
    const user = open("?tab=keys");
    await user.type(await screen.findByRole("textbox", { name: "Name" }, LONG), "x");
    await user.click(screen.getByRole("radio", { name: "Never" }));
    await user.click(screen.getByRole("button", { name: "Make key" }));
    await screen.findByRole("group", { name: "x was made" }, LONG);
    expect(server.called("keys.create")[0]?.input).toMatchObject({ expiresInDays: null });
  });

  test("a row says what is wrong: silent, ends soon, ended, revoked", async () => {
    server.keys = [
      fakeKey(1, { kind: "ingest", callsLast24h: 86_400, lastUsedAtMs: NOW_MS - 248_000 }),
      fakeKey(2, { expiresAtMs: NOW_MS + 10 * 86_400_000 }),
      fakeKey(3, { expiresAtMs: NOW_MS - 86_400_000 }),
      fakeKey(4, { revokedAtMs: NOW_MS - 78 * 86_400_000 }),
      fakeKey(5, { expiresAtMs: null, callsLast24h: 3, lastUsedAtMs: NOW_MS - 7_200_000 }),
    ];
    open("?tab=keys");
    const text = async (n: number) => (await row(`key-${n}`, "API keys")).textContent;
    expect(await text(1)).toContain("4 m ago it sent all day, and has stopped");
    expect(await text(2)).toContain("30 Nov, in 10 d");
    expect(await text(3)).toContain("ended 19 Nov");
    expect(await text(4)).toMatch(/revoked 3 Sept?/);
    expect(await text(5)).toContain("never");
    expect(await text(5)).not.toContain("stopped");
    expect(screen.queryByRole("button", { name: "More for key-4" })).toBeNull();
  });

  test("revoking says what ends, asks, and strikes it through", async () => {
    server.keys = [fakeKey(1, { callsLast24h: 12 })];
    const user = open("?tab=keys");
    await choose(user, "key-1", "Revoke");
    const dialog = await screen.findByRole("dialog", { name: "Revoke key-1?" }, LONG);
    expect(dialog.textContent).toContain("used 12 times in the last 24 h");
    await user.click(within(dialog).getByRole("button", { name: "Revoke key" }));
    await waitFor(async () => {
      expect((await row("key-1", "API keys")).textContent).toContain("revoked 20 Nov");
    });
  });
});

describe("sessions", () => {
  test("one is revoked after a question; one's own says what that means", async () => {
    server.sessions = [
      fakeSession(1, { isCurrent: true, email: "ada@example.org" }),
      fakeSession(2),
    ];
    const user = open("?tab=sessions");
    const own = await row("ada@example.org", "Sessions");
    expect(own.textContent).toContain("This one");
    await user.click(within(own).getByRole("button", { name: /^Revoke/ }));
    expect((await screen.findByRole("dialog", {}, LONG)).textContent).toContain("It is yours");
    await user.click(screen.getByRole("button", { name: /^Cancel/ }));
    const other = await row("user2@example.org", "Sessions");
    await user.click(within(other).getByRole("button", { name: /^Revoke/ }));
    const dialog = await screen.findByRole("dialog", { name: /user2/ }, LONG);
    expect(dialog.textContent).toContain("sockets close within 5 s");
    await user.click(within(dialog).getByRole("button", { name: "Revoke session" }));
    await waitFor(async () => {
      expect(within(await table("Sessions")).queryByText("user2@example.org")).toBeNull();
    });
    expect(server.called("sessions.revoke")).toHaveLength(1);
  });
});

describe("audit", () => {
  beforeEach(() => {
    server.entries = Array.from({ length: 130 }, (_, place) => fakeEntry(place + 1));
    server.entries.push(
      fakeEntry(131, {
        actorName: "boris@example.org",
        action: "key.create",
        target: "ci-bench",
        before: null,
        after: JSON.stringify({ name: "ci-bench", kind: "read", expiresAtMs: NOW_MS }),
      }),
    );
  });

  test("newest first, in pages by sequence; Older and Newest are addresses", async () => {
    const user = open("?tab=audit");
    await row("key.create", "Audit");
    expect(screen.getByText("rows 131 – 32 of 131")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Older" }));
    expect(parameter("before")).toBe("32");
    expect(await screen.findByText("rows 31 – 1 of 131")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Older" }).hasAttribute("disabled")).toBe(true);
    await user.click(screen.getByRole("button", { name: "Newest" }));
    expect(parameter("before")).toBeNull();
  });

  test("who, what and when narrow it, and begin again at the newest", async () => {
    const user = open("?tab=audit&before=90");
    await user.click(await screen.findByRole("button", { name: "Who" }, LONG));
    await user.click(await screen.findByRole("menuitemradio", { name: "boris@example.org" }, LONG));
    expect(parameter("who")).toBe("boris@example.org");
    expect(parameter("before")).toBeNull();
    expect(await screen.findByText("1, newest first")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /^What/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "user.update" }, LONG));
    expect(await screen.findByText("No row matches")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Drop the filters" }));
    expect(await screen.findByText("131, newest first")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "When" }));
    await user.click(
      await screen.findByRole("menuitemradio", { name: "Time range of the page" }, LONG),
    );
    expect(parameter("when")).toBe("range");
    await waitFor(() => {
      expect(server.called("audit.list").at(-1)?.input).toMatchObject({
        fromMs: NOW_MS - 1_800_000,
        toMs: NOW_MS,
      });
    });
  });

  test("a row opens by Enter: before and after, address, request id to copy", async () => {
    const user = open("?tab=audit");
    await row("key.create", "Audit");
    await user.keyboard("jj{Enter}");
    expect(parameter("row")).toBe("130");
    const panel = await screen.findByRole("region", { name: "Row 130" });
    expect(await within(panel).findByText("role")).toBeTruthy();
    expect(panel.textContent).toContain("before viewer → , after operator");
    expect(panel.textContent).not.toContain("disabled"); // what stayed is left out
    await user.click(within(panel).getByRole("button", { name: "Copy request id" }));
    expect(await navigator.clipboard.readText()).toBe("req_130");
  });

  test("a row that is not there is said to be missing, not shown as another", async () => {
    open("?tab=audit&row=999");
    expect(await screen.findByText("There is no row 999", {}, LONG)).toBeTruthy();
  });

  test("the chain is checked when asked for; a broken one names its row", async () => {
    server.chain = { ...server.chain, rows: 131 };
    const user = open("?tab=audit");
    const check = await screen.findByRole("button", { name: "Check chain" }, LONG);
    expect(server.called("audit.check")).toEqual([]);
    await user.click(check);
    expect((await screen.findByText(/^Chain intact, 131 rows/)).textContent).toMatch(
      /\d\d:\d\d:\d\d$/,
    );
    server.chain.firstProblem = { sequence: 12, problem: "edited", sentence: "Row 12 was edited." };
    await user.click(screen.getByRole("button", { name: "Check chain" }));
    expect(await screen.findByText(/^Chain broken, row 12 edited/)).toBeTruthy();
  });

  test("what is filtered is what is exported", async () => {
    vi.stubGlobal(
      "URL",
      Object.assign(URL, { createObjectURL: () => "blob:", revokeObjectURL: () => 0 }),
    );
    const user = open("?tab=audit&who=boris@example.org&what=key");
    await user.click(await screen.findByRole("button", { name: "Export" }, LONG));
    await user.click(await screen.findByRole("menuitem", { name: /^NDJSON/ }, LONG));
    await waitFor(() => {
      expect(server.called("export").map(({ input }) => input)).toEqual([
        { format: "ndjson", actorName: "boris@example.org", action: "key" },
      ]);
    });
    expect(await screen.findByText(/is saved$/)).toBeTruthy();
  });

  test("below the keys a row leads to its details on the tab of the audit", async () => {
    const user = open("?tab=keys");
    await user.click(await row("key.create", "Audit"));
    expect(parameter("tab")).toBe("audit");
    expect(parameter("row")).toBe("131");
    expect(await screen.findByRole("region", { name: "Row 131" }, LONG)).toBeTruthy();
  });
});

describe("settings", () => {
  test("each with value, default and meaning; only those that were set on demand; webhooks below", async () => {
    const facts = { range: "1 to 65535", meaning: "The port that the server listens on." };
    server.settings = [
      { name: "PORT", value: "4242", default: "3000", isSet: true, ...facts },
      {
        name: "DATABASE_URL",
        value: null,
        default: "",
        isSet: false,
        range: "",
        meaning: "Unset: its own.",
      },
    ];
    const user = open("?tab=settings");
    expect((await row("PORT", "Settings")).textContent).toBe(
      "PORTset42423000The port that the server listens on.",
    );
    expect((await row("DATABASE_URL", "Settings")).textContent).toContain("not set;");
    expect(screen.getByText("1 of 2 are set")).toBeTruthy();
    expect(await screen.findByText("No target yet", {}, LONG)).toBeTruthy();
    await user.click(screen.getByRole("radio", { name: "Set here" }));
    expect(parameter("only")).toBe("set");
    expect(screen.queryByText("DATABASE_URL")).toBeNull();
  });
});
