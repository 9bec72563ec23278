import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TRPCProviders } from "@/components/trpc/trpc";
import { signInProblems } from "@/domain/identity/sign-in-problem";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { SignInPage } from "./sign-in-page";

const loadPage = vi.hoisted(() => vi.fn<(href: string) => void>());
vi.mock("next/navigation", () => ({
  useSearchParams: () => new URLSearchParams(window.location.search),
}));
// jsdom has no navigation.
vi.mock("@/components/layout/load-page", () => ({ loadPage }));

const stranger: WhoAmI = {
  role: null,
  via: "anonymous",
  email: null,
  name: null,
  sessionEnded: false,
  setupOpen: false,
  oidcName: null,
  plainHttp: false,
  admins: [],
};
let who = stranger;
let answer: () => Promise<unknown>;
let sent: unknown[] = [];

const refusal = (code: string, httpStatus: number, more: object = {}) => ({
  error: {
    message: "The server's sentence.",
    data: { code, httpStatus, requestId: "req_1", ...more },
  },
});

beforeEach(() => {
  who = stranger;
  sent = [];
  answer = () =>
    Promise.resolve({ result: { data: { email: "ada@example.org", expiresAtMs: 1 } } });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const path = new URL(url, "http://localhost").pathname.replace("/api/trpc/", "");
    if (path === "identity.whoAmI")
      return new Response(JSON.stringify([{ result: { data: who } }]));
    sent.push(JSON.parse(init.body as string));
    return new Response(JSON.stringify(await answer()));
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  loadPage.mockReset();
  window.history.replaceState(null, "", "/");
});

function open(search = "") {
  window.history.replaceState(null, "", `/sign-in${search}`);
  render(
    <TRPCProviders>
      <SignInPage />
    </TRPCProviders>,
  );
}

async function signIn(email = " Ada@Example.org ", password = "a long password") {
  const user = userEvent.setup({ delay: null });
  await user.type(screen.getByLabelText("Email"), email);
  await user.type(screen.getByLabelText("Password"), `${password}{Enter}`);
}

const button = () => screen.getByRole("button", { name: /^Sign(ing)? in/ });

describe("the form", () => {
  test("Enter signs in and loads the page that one came from", async () => {
    open("?return_to=%2Fgpus%3Ffrom%3D-6h");
    expect(await screen.findByText("You come back to GPUs.")).toBeTruthy();
    await signIn();
    await waitFor(() => {
      expect(loadPage.mock.calls).toEqual([["/gpus?from=-6h"]]);
    });
    expect(sent).toEqual([{ email: "Ada@Example.org", password: "a long password" }]);
    expect(button().hasAttribute("disabled")).toBe(true); // until the next page is there
  });

  test("an address of somebody else is not followed", async () => {
    open("?return_to=https%3A%2F%2Fevil.example");
    await signIn();
    await waitFor(() => {
      expect(loadPage.mock.calls).toEqual([["/"]]);
    });
  });

  test("password managers know both fields, and nothing is sent by the browser itself", () => {
    open();
    expect(screen.getByLabelText("Email").getAttribute("autocomplete")).toBe("username");
    expect(screen.getByLabelText("Password").getAttribute("autocomplete")).toBe("current-password");
    expect(document.querySelector("form")?.method).toBe("post");
    expect(document.activeElement).toBe(screen.getByLabelText("Email"));
  });

  test("the password is shown and hidden again", async () => {
    open();
    const field = screen.getByLabelText("Password");
    await userEvent.click(screen.getByRole("button", { name: "Show the password" }));
    expect(field.getAttribute("type")).toBe("text");
    await userEvent.click(screen.getByRole("button", { name: "Hide the password" }));
    expect(field.getAttribute("type")).toBe("password");
  });

  test("what is missing is said at its field, and nothing is sent", async () => {
    open();
    await userEvent.click(button());
    expect(screen.getByText("Give your e-mail address")).toBeTruthy();
    expect(screen.getByText("Give your password")).toBeTruthy();
    expect(screen.getByLabelText("Email").getAttribute("aria-invalid")).toBe("true");
    await signIn("ada", "x");
    expect(screen.getByText("This is not an e-mail address")).toBeTruthy();
    expect(sent).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test("a wrong password is one sentence, and the password can be typed again at once", async () => {
    answer = () => Promise.resolve(refusal("UNAUTHORIZED", 401));
    open();
    await signIn();
    expect((await screen.findByRole("alert")).textContent).toBe("The server's sentence.");
    expect(document.activeElement).toBe(screen.getByLabelText("Password"));
    expect(button().hasAttribute("disabled")).toBe(false);
    expect(loadPage).not.toHaveBeenCalled();
  });

  test("after too many tries it counts down, and takes none until the end", async () => {
    answer = () => Promise.resolve(refusal("TOO_MANY_REQUESTS", 429, { retryAfterSeconds: 30 }));
    vi.useFakeTimers({ shouldAdvanceTime: true });
    open();
    await signIn();
    expect((await screen.findByRole("alert")).textContent).toContain("Too many tries.");
    expect(button().hasAttribute("disabled")).toBe(true);
    act(() => void vi.advanceTimersByTime(20_000));
    expect(screen.getByRole("alert").textContent).toMatch(/(10|9|8) s$/);
    act(() => void vi.advanceTimersByTime(11_000));
    expect(button().hasAttribute("disabled")).toBe(false);
    expect(screen.queryByText("Too many tries.")).toBeNull();
    expect(sent).toHaveLength(1);
  });

  test("a server that is away is called so", async () => {
    answer = () => Promise.reject(new TypeError("Failed to fetch"));
    open();
    await signIn();
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The server did not answer.");
    expect(alert.textContent).not.toContain("fetch");
  });

  test("a fault of the server comes with its request id", async () => {
    answer = () => Promise.resolve(refusal("INTERNAL_SERVER_ERROR", 500));
    open();
    await signIn();
    expect((await screen.findByRole("alert")).textContent).toContain("req_1");
  });
});

describe("why one is here", () => {
  test("a session that ended", async () => {
    who = { ...stranger, sessionEnded: true };
    open("?return_to=/gpu%3Fgpu%3DGPU-1");
    expect((await screen.findByText("Your session ended.")).parentElement?.textContent).toBe(
      "Your session ended. You come back to GPU.",
    );
  });

  test("a session that ended on the page that led here, which the server says no more", async () => {
    open("?return_to=/gpus&ended=1");
    expect(await screen.findByText("Your session ended.")).toBeTruthy();
    expect(window.location.search).toBe("?return_to=%2Fgpus");
  });

  test("over plain http from elsewhere, it says that the password can be read on the way", async () => {
    who = { ...stranger, plainHttp: true };
    open();
    expect(await screen.findByText("Not encrypted.")).toBeTruthy();
  });

  test("somebody who is signed in may go on or be somebody else", async () => {
    who = { ...stranger, via: "session", role: "viewer", email: "ada@example.org" };
    open("?return_to=/admin");
    expect((await screen.findByRole("link", { name: "Go on" })).getAttribute("href")).toBe(
      "/admin",
    );
    expect(screen.getByLabelText("Email")).toBeTruthy();
  });

  test("a provider is offered by its name, with the way back", async () => {
    who = { ...stranger, oidcName: "example.org" };
    open("?return_to=/gpus%3Fq%3Da%26b");
    const link = await screen.findByRole("link", { name: "Continue with example.org" });
    expect(link.getAttribute("href")).toBe("/api/auth/oidc/start?return_to=%2Fgpus%3Fq%3Da%26b");
  });

  test("without a provider there is no button for one", async () => {
    open();
    expect(await screen.findByText(/No account\?/)).toBeTruthy();
    expect(screen.queryByText("or")).toBeNull();
  });

  test.each(signInProblems)("the problem %s is a sentence", (problem) => {
    open(`?problem=${problem}`);
    expect(screen.getByRole("status").textContent).toMatch(/^[A-Z].+\. .+\.$/);
  });

  test("a code that is none of ours shows nothing of it", () => {
    open("?problem=<b>hello</b>");
    expect(screen.getByRole("status").textContent).toBe("");
  });

  test("while there is no admin the way to the first one is shown", async () => {
    who = { ...stranger, setupOpen: true };
    open();
    const link = await screen.findByRole("link", { name: "Create the first one" });
    expect(link.getAttribute("href")).toBe("/setup");
  });
});
