import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { TRPCProviders } from "@/components/trpc/trpc";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { Forbidden } from "./forbidden";

const viewer: WhoAmI = {
  role: "viewer",
  via: "session",
  email: "ada@example.org",
  name: null,
  sessionEnded: false,
  setupOpen: false,
  oidcName: null,
  plainHttp: false,
  admins: ["one@example.org", "two@example.org"],
};

function renderFor(who: WhoAmI) {
  vi.stubGlobal("fetch", () =>
    Promise.resolve(new Response(JSON.stringify([{ result: { data: who } }]))),
  );
  render(
    <TRPCProviders>
      <Forbidden what="Managing users and keys" needs="admin" />
    </TRPCProviders>,
  );
  return screen.findByRole("region", { name: "Not allowed" });
}

afterEach(() => {
  cleanup();
  window.history.replaceState(null, "", "/");
});

test("it says which role is needed, who asks, and who can help", async () => {
  const state = await renderFor(viewer);
  expect(screen.getByRole("heading").textContent).toBe("Managing users and keys needs an admin");
  expect(state.textContent).toContain("You are signed in as ada@example.org, role viewer.");
  expect(state.textContent).toContain("one@example.org and two@example.org are admins here.");
  expect(screen.getByRole("link", { name: "Switch user" })).toBeTruthy();
});

test("the request names the role, the page and the person", async () => {
  const user = userEvent.setup();
  window.history.replaceState(null, "", "/admin?tab=keys");
  await renderFor(viewer);
  await user.click(screen.getByRole("button", { name: "Copy a request" }));
  const copied = await navigator.clipboard.readText();
  for (const part of ["role admin", "/admin?tab=keys", "ada@example.org", "role viewer"])
    expect(copied).toContain(part);
});

test.each([
  ["viewer", "you can read, and change nothing"],
  [null, "You are not signed in."],
] as const)("somebody who is not signed in, with the role %s, may sign in", async (role, text) => {
  const anonymous = { ...viewer, role, via: "anonymous" as const, email: null, admins: [] };
  const state = await renderFor(anonymous);
  expect(state.textContent).toContain(text);
  expect(screen.getByRole("link", { name: "Sign in" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Copy a request" })).toBeNull();
});
