import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TRPCProviders } from "@/components/trpc/trpc";
import { PASSWORD_LENGTH } from "@/domain/identity/user";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from "./new-password-field";
import { SetupPage } from "./setup-page";

const loadPage = vi.hoisted(() => vi.fn<(href: string) => void>());
vi.mock("next/navigation", () => ({
  useSearchParams: () => new URLSearchParams(window.location.search),
}));
vi.mock("@/components/layout/load-page", () => ({ loadPage }));

const stranger: WhoAmI = {
  role: "viewer",
  via: "anonymous",
  email: null,
  name: null,
  sessionEnded: false,
  setupOpen: true,
  oidcName: null,
  plainHttp: false,
  admins: [],
};
let who = stranger;
let answer: unknown;
let sent: unknown[] = [];

const refusal = (code: string, httpStatus: number) => ({
  error: { message: "The server's sentence.", data: { code, httpStatus, requestId: "req_1" } },
});

beforeEach(() => {
  who = stranger;
  sent = [];
  answer = { result: { data: { email: "ada@example.org", expiresAtMs: 1 } } };
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const isWho = url.includes("identity.whoAmI");
    if (!isWho) sent.push(JSON.parse(init.body as string));
    const body = isWho ? [{ result: { data: who } }] : answer;
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => {
  cleanup();
  loadPage.mockReset();
  window.history.replaceState(null, "", "/");
});

function open(search = "?code=K7QMN-23456") {
  window.history.replaceState(null, "", `/setup${search}`);
  render(
    <TRPCProviders>
      <SetupPage />
    </TRPCProviders>,
  );
}

async function create(password = "gate of the river") {
  await userEvent.type(screen.getByLabelText("Email"), "ada@example.org");
  await userEvent.type(screen.getByLabelText("Password"), `${password}{Enter}`);
}

test("the code of the link goes into its field and out of the address", async () => {
  open();
  expect(screen.getByLabelText<HTMLInputElement>("Code").value).toBe("K7QMN-23456");
  expect(window.location.search).toBe("");
  await create();
  await waitFor(() => {
    expect(loadPage.mock.calls).toEqual([["/"]]);
  });
  expect(sent).toEqual([
    { code: "K7QMN-23456", email: "ada@example.org", password: "gate of the river" },
  ]);
});

test("without a link the code is asked for first", async () => {
  open("");
  expect(document.activeElement).toBe(screen.getByLabelText("Code"));
  await create();
  expect(screen.getByText("Give the code that the server printed")).toBeTruthy();
  expect(sent).toEqual([]);
});

test("the rule of the password is followed while it is typed", async () => {
  open();
  const field = screen.getByLabelText("Password");
  expect(field.getAttribute("autocomplete")).toBe("new-password");
  await userEvent.type(field, "short");
  expect(screen.getByText("7 more of 12 characters")).toBeTruthy();
  await userEvent.type(field, "er one here");
  expect(screen.getByText("12 characters or more")).toBeTruthy();
  expect(screen.getByText(/Fair|Strong/)).toBeTruthy();
  await userEvent.clear(field);
  await userEvent.type(field, "passwordpassword");
  expect(screen.getByText("Easy to guess")).toBeTruthy();
});

test("a password that is too short is not sent", async () => {
  open();
  await create("short");
  expect(screen.getByText("This has 5 of 12 characters")).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText("Password"));
  expect(sent).toEqual([]);
});

test("a code that does not count is said at its field", async () => {
  answer = refusal("UNAUTHORIZED", 401);
  open();
  await create();
  expect(await screen.findByText("The server's sentence.")).toBeTruthy();
  const code = screen.getByLabelText("Code");
  expect(code.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(code);
});

test("when somebody else was first the page says so and leads to signing in", async () => {
  answer = refusal("FORBIDDEN", 403);
  open();
  await create();
  expect(await screen.findByText("There is an admin already")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe("/sign-in");
});

test("when there is an admin already there is no form", async () => {
  who = { ...stranger, setupOpen: false };
  open();
  expect(await screen.findByText("There is an admin already")).toBeTruthy();
  expect(screen.queryByLabelText("Code")).toBeNull();
});

test("the lengths are those of the server", () => {
  expect([SHORTEST_PASSWORD, LONGEST_PASSWORD]).toEqual([PASSWORD_LENGTH.min, PASSWORD_LENGTH.max]);
});
