import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TRPCProviders } from "@/components/trpc/trpc";
import { ToastHost } from "@/components/ui/toast";
import type { Session } from "@/domain/identity/session";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { AccountPage } from "./account-page";

const loadPage = vi.hoisted(() => vi.fn<(href: string) => void>());
vi.mock("@/components/layout/load-page", () => ({ loadPage }));

const viewer: WhoAmI = {
  role: "viewer",
  via: "session",
  email: "ada@example.org",
  name: "Ada Lovelace",
  sessionEnded: false,
  setupOpen: false,
  oidcName: null,
  plainHttp: false,
  admins: ["root@example.org"],
};
const session = (n: number, over: Partial<Session> = {}): Session => ({
  id: `00000000-0000-4000-8000-00000000000${n.toString()}`,
  userId: "00000000-0000-4000-8000-000000000099",
  email: "ada@example.org",
  method: "password",
  createdAtMs: 1_800_000_000_000,
  lastSeenAtMs: 1_800_000_060_000,
  expiresAtMs: 1_800_600_000_000,
  address: `10.0.0.${n.toString()}`,
  device: `Firefox on Linux ${n.toString()}`,
  isCurrent: n === 1,
  ...over,
});

let who = viewer;
let sessions: Session[] = [];
let sent: { path: string; input: unknown }[] = [];
let refuse: object | null = null;

function query(path: string) {
  return path === "identity.whoAmI" ? who : { sessions };
}

function mutate(path: string, input: unknown) {
  sent.push({ path, input });
  if (refuse !== null) return { error: { message: "It is wrong.", data: refuse } };
  const before = sessions.length;
  if (path.endsWith("revokeSession"))
    sessions = sessions.filter(({ id }) => id !== (input as { id: string }).id);
  else sessions = sessions.filter(({ isCurrent }) => isCurrent);
  return { result: { data: { count: before - sessions.length } } };
}

beforeEach(() => {
  who = viewer;
  sessions = [session(1), session(2), session(3)];
  sent = [];
  refuse = null;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const path = new URL(url, "http://localhost").pathname.replace("/api/trpc/", "");
    const body =
      init.method === "POST"
        ? mutate(path, init.body === undefined ? undefined : JSON.parse(init.body as string))
        : path.split(",").map((one) => ({ result: { data: query(one) } }));
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => {
  cleanup();
  loadPage.mockReset();
});

async function open() {
  render(
    <TRPCProviders>
      <AccountPage />
      <ToastHost />
    </TRPCProviders>,
  );
  return screen.findByRole("row", { name: /Firefox on Linux 1/ });
}

test("it says who one is, what that allows, and who can help", async () => {
  await open();
  const you = within(screen.getByRole("region", { name: "You" }));
  for (const text of ["Ada Lovelace", "ada@example.org", "viewer"])
    expect(you.getByText(text)).toBeTruthy();
  expect(you.getByText(/For more ask root@example.org/)).toBeTruthy();
});

test("one's own session is marked and has no End; another is ended at a press", async () => {
  const current = await open();
  expect(within(current).getByText("This one")).toBeTruthy();
  expect(within(current).queryByRole("button")).toBeNull();
  await userEvent.click(
    screen.getByRole("button", { name: "End the session of Firefox on Linux 2" }),
  );
  expect(await screen.findByText("One session ended")).toBeTruthy();
  await waitFor(() => {
    expect(screen.queryByText("Firefox on Linux 2")).toBeNull();
  });
  expect(sent).toEqual([{ path: "identity.revokeSession", input: { id: session(2).id } }]);
});

test("all others end together, and then there is nothing left to end", async () => {
  await open();
  await userEvent.click(screen.getByRole("button", { name: "End all others" }));
  expect(await screen.findByText("2 sessions ended")).toBeTruthy();
  await waitFor(() => {
    expect(screen.queryByRole("button", { name: "End all others" })).toBeNull();
  });
});

test("a changed password ends the other sessions and empties the fields", async () => {
  await open();
  await userEvent.type(screen.getByLabelText("Current password"), "the old password");
  await userEvent.type(screen.getByLabelText("New password"), "gate of the river{Enter}");
  expect(await screen.findByText("Password changed. 2 other sessions ended.")).toBeTruthy();
  expect(sent).toEqual([
    {
      path: "identity.changePassword",
      input: { currentPassword: "the old password", newPassword: "gate of the river" },
    },
  ]);
  expect(screen.getByLabelText<HTMLInputElement>("Current password").value).toBe("");
});

test("a refused change is said in the form and leaves what was typed", async () => {
  refuse = { code: "BAD_REQUEST", httpStatus: 400 };
  await open();
  await userEvent.type(screen.getByLabelText("Current password"), "wrong");
  await userEvent.type(screen.getByLabelText("New password"), "gate of the river{Enter}");
  expect((await screen.findByRole("alert")).textContent).toBe("It is wrong.");
  expect(screen.getByLabelText<HTMLInputElement>("New password").value).toBe("gate of the river");
});

test("signing out leads to the sign-in page by a full load", async () => {
  await open();
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  await waitFor(() => {
    expect(loadPage.mock.calls).toEqual([["/sign-in"]]);
  });
});

test("a stranger has no account and is asked to sign in", async () => {
  who = { ...viewer, via: "anonymous", email: null, name: null };
  render(
    <TRPCProviders>
      <AccountPage />
    </TRPCProviders>,
  );
  expect(await screen.findByText("You are not signed in")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Sign in" })).toBeTruthy();
});
