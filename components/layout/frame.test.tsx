import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TRPCProviders } from "@/components/trpc/trpc";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { UserRole } from "@/domain/identity/user-role";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { Frame } from "./frame";
import { LiveProvider } from "./live-connection";
import { setSingleKeys, setTheme } from "./preferences";

const router = vi.hoisted(() => ({
  push: vi.fn<(href: string) => void>(),
  replace: vi.fn<(href: string) => void>(),
  prefetch: vi.fn<(href: string) => void>(),
}));

vi.mock("next/navigation", async () =>
  (await import("@/fixtures/address-router")).addressRouter({ router }),
);
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe = () => undefined;
    unobserve = () => undefined;
    disconnect = () => undefined;
  },
);
Element.prototype.scrollIntoView = () => undefined;

/** A lazy part is compiled on its first use. */
const LONG = { timeout: 10_000 };

const fleet: GpuFleet = {
  gpus: [],
  simulated: true,
  sources: [
    { source: "smi", state: "unavailable", detail: "nvidia-smi is not on PATH", checkedAtMs: 1 },
    {
      source: "health",
      state: "not_configured",
      detail: "AI_HEALTH_URLS is not set",
      checkedAtMs: null,
    },
    { source: "simulated", state: "active", detail: "invented values", checkedAtMs: 1 },
  ],
  pollIntervalMs: 1_000,
  serverTimeMs: 1_800_000_000_000,
};
const stranger: WhoAmI = {
  role: "viewer",
  via: "anonymous",
  email: null,
  name: null,
  sessionEnded: false,
  setupOpen: false,
  oidcName: null,
  plainHttp: false,
  admins: [],
};
const signedIn = (role: UserRole): WhoAmI => ({
  ...stranger,
  role,
  via: "session",
  email: "ada.lovelace@example.org",
  name: "",
});
let who = stranger;
let asked: string[] = [];

function answer(path: string): unknown {
  if (path === "identity.whoAmI") return { result: { data: who } };
  if (who.role !== null) return { result: { data: fleet } };
  return { error: { message: "Sign in", data: { code: "UNAUTHORIZED", httpStatus: 401 } } };
}

function renderFrame() {
  return render(
    <TRPCProviders>
      <LiveProvider>
        <Frame>
          <label>
            A field <input />
          </label>
        </Frame>
      </LiveProvider>
    </TRPCProviders>,
  );
}

const parameter = (name: string) => new URLSearchParams(window.location.search).get(name);

beforeEach(() => {
  who = stranger;
  asked = [];
  vi.stubGlobal("fetch", (input: string) => {
    const paths = new URL(input, "http://localhost").pathname.replace("/api/trpc/", "").split(",");
    asked.push(...paths);
    return Promise.resolve(new Response(JSON.stringify(paths.map(answer))));
  });
  window.history.replaceState(null, "", "/");
});
afterEach(() => {
  cleanup();
  router.push.mockReset();
  router.replace.mockReset();
  setSingleKeys(true);
  setTheme("system");
});

describe("keys", () => {
  test("Space pauses with the end of the range in the address, and goes live again", async () => {
    const user = userEvent.setup();
    window.history.replaceState(null, "", "/?from=-6h");
    renderFrame();
    await user.keyboard(" ");
    expect(parameter("paused")).toBe("1");
    expect(Number(parameter("to"))).toBeGreaterThan(1_000_000_000_000);
    expect(parameter("from")).toBe("-6h");
    expect(screen.getByRole("button", { name: /^Live/ }).getAttribute("aria-pressed")).toBe(
      "false",
    );
    await user.keyboard(" ");
    expect(window.location.search).toBe("?from=-6h");
  });

  test("live after a fixed range keeps its length", async () => {
    window.history.replaceState(null, "", "/?from=1000000000000&to=1000000090000");
    renderFrame();
    await userEvent.click(screen.getByRole("button", { name: /^Live/ }));
    expect(window.location.search).toBe("?from=-90s");
  });

  test("Space on a button presses the button and does not pause", async () => {
    const user = userEvent.setup();
    renderFrame();
    screen.getByRole("button", { name: "Zoom out" }).focus();
    await user.keyboard(" ");
    expect(parameter("paused")).toBeNull();
    expect(parameter("from")).toBe("-1h");
  });

  test("g g goes to the GPUs and keeps the range; one g waits only a second", async () => {
    const user = userEvent.setup();
    window.history.replaceState(null, "", "/?from=-6h&view=table");
    renderFrame();
    await user.keyboard("gg");
    expect(router.push.mock.calls).toEqual([["/gpus?from=-6h"]]);
    await user.keyboard("g");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await user.keyboard("o");
    expect(router.push).toHaveBeenCalledTimes(1);
  });

  test("in a field keys are text", async () => {
    const user = userEvent.setup();
    renderFrame();
    await user.type(screen.getByLabelText("A field"), "gg r?");
    expect(router.push).not.toHaveBeenCalled();
    expect(parameter("paused")).toBeNull();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("single keys can be switched off; ⌘K stays", async () => {
    const user = userEvent.setup();
    renderFrame();
    await user.keyboard("?");
    await user.click(
      await screen.findByRole("switch", { name: "Keys without ⌘ or Ctrl" }, { timeout: 10_000 }),
    );
    await user.keyboard("{Escape}");
    await user.keyboard(" gg");
    expect(parameter("paused")).toBeNull();
    expect(router.push).not.toHaveBeenCalled();
    await user.keyboard("{Control>}k{/Control}");
    expect(await screen.findByPlaceholderText("A page, a GPU, a range")).toBeTruthy();
  });
});

describe("dialogs", () => {
  test("the palette takes the focus, finds, acts, and gives the focus back", async () => {
    const user = userEvent.setup();
    renderFrame();
    const button = screen.getByRole("button", { name: /Search or jump to/ });
    await user.click(button);
    const input = await screen.findByPlaceholderText("A page, a GPU, a range");
    await waitFor(() => {
      expect(document.activeElement).toBe(input);
    });
    await user.type(input, "last 6 h");
    await user.keyboard("{Enter}");
    expect(parameter("from")).toBe("-6h");
    await waitFor(() => {
      expect(document.activeElement).toBe(button);
    });
  });

  test("the list of keys shows what does something now", async () => {
    const user = userEvent.setup();
    renderFrame();
    await user.keyboard("?");
    const dialog = await screen.findByRole("dialog", { name: "Keys" });
    for (const label of ["Live or pause", "Choose the time range", "Overview", "GPUs"])
      expect(dialog.textContent).toContain(label);
  });
});

describe("time range", () => {
  test("a quick range goes into the address", async () => {
    const user = userEvent.setup();
    renderFrame();
    await user.keyboard("r");
    await user.click(await screen.findByRole("button", { name: "3 hours" }));
    expect(window.location.search).toBe("?from=-3h");
    await waitFor(() => {
      expect(document.activeElement?.getAttribute("aria-haspopup")).toBe("dialog");
    });
  });

  test("typed ends: what is wrong is said, what is right goes into the address", async () => {
    const user = userEvent.setup();
    renderFrame();
    await user.keyboard("r");
    const from = await screen.findByLabelText("From");
    await user.clear(from);
    await user.type(from, "soon{Enter}");
    expect(screen.getByRole("alert").textContent).toContain("From is no time");
    await user.clear(from);
    await user.type(from, "2026-11-20 14:02");
    const to = screen.getByLabelText("To");
    await user.clear(to);
    await user.type(to, "2026-11-20 14:32{Enter}");
    expect(parameter("from")).toBe(String(new Date(2026, 10, 20, 14, 2).getTime()));
    expect(parameter("to")).toBe(String(new Date(2026, 10, 20, 14, 32).getTime()));
  });

  test("Later is off while the range ends now", async () => {
    renderFrame();
    expect(screen.getByRole("button", { name: "Later" }).hasAttribute("disabled")).toBe(true);
    await userEvent.click(screen.getByRole("button", { name: "Earlier" }));
    expect(screen.getByRole("button", { name: "Later" }).hasAttribute("disabled")).toBe(false);
  });
});

describe("strips", () => {
  test("simulated data says where a GPU was looked for", async () => {
    renderFrame();
    expect((await screen.findByText("Simulated data.")).parentElement?.textContent).toBe(
      "Simulated data. No GPU was found: nvidia-smi is not on PATH; AI_HEALTH_URLS is not set",
    );
    for (const text of ["Not encrypted.", "Nobody may change anything yet.", "Your session ended."])
      expect(screen.queryByText(text)).toBeNull();
  });

  test("plain http from elsewhere is called not encrypted", async () => {
    who = { ...stranger, plainHttp: true };
    renderFrame();
    expect(await screen.findByText("Not encrypted.", undefined, LONG)).toBeTruthy();
  });

  test("while there is no admin the first one is offered", async () => {
    who = { ...stranger, setupOpen: true };
    renderFrame();
    const link = await screen.findByRole("link", { name: "Create the first admin" }, LONG);
    expect(link.getAttribute("href")).toBe("/setup");
  });
});

describe("who asks", () => {
  test("a stranger who may read is told so and may sign in, and comes back", async () => {
    window.history.replaceState(null, "", "/gpus?from=-6h");
    renderFrame();
    expect(await screen.findByText("Read only, not signed in")).toBeTruthy();
    const link = screen.getByRole<HTMLAnchorElement>("link", { name: "Sign in" });
    link.addEventListener("click", (event) => {
      event.preventDefault();
    });
    await userEvent.click(link);
    expect(link.getAttribute("href")).toBe("/sign-in?return_to=%2Fgpus%3Ffrom%3D-6h");
  });

  test("who may not read is led to the sign-in page", async () => {
    who = { ...stranger, role: null };
    window.history.replaceState(null, "", "/gpus");
    renderFrame();
    await waitFor(() => {
      expect(router.replace.mock.calls).toEqual([["/sign-in?return_to=%2Fgpus"]]);
    });
  });

  test("a session that ends in the middle of work keeps the page, and says so", async () => {
    who = signedIn("viewer");
    renderFrame();
    await screen.findByRole("button", { name: /^Account/ });
    who = { ...stranger, role: null, sessionEnded: true };
    act(() => {
      const hidden = new Event("visibilitychange");
      vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ["Date"] });
      window.dispatchEvent(hidden);
    });
    expect(await screen.findByText("Your session ended.", undefined, LONG)).toBeTruthy();
    vi.useRealTimers();
    expect(screen.getByRole("link", { name: "Sign in again" })).toBeTruthy();
    expect(screen.getByLabelText("A field")).toBeTruthy();
    expect(router.replace).not.toHaveBeenCalled();
  });

  test("the menu has one's pages and the way out", async () => {
    const user = userEvent.setup();
    who = signedIn("admin");
    renderFrame();
    const button = await screen.findByRole("button", {
      name: "Account: ada.lovelace@example.org, admin",
    });
    expect(button.dataset.initials).toBe("AL");
    await user.click(button);
    const menu = await screen.findByRole("dialog", { name: "Account" }, LONG);
    expect([...menu.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([
      "/admin",
      "/account",
    ]);
    expect(menu.textContent).toContain("Sign out");
  });

  test.each([
    ["viewer", false],
    ["operator", false],
    ["admin", true],
  ] as const)("a %s is offered the admin page: %s", async (role, isOffered) => {
    const user = userEvent.setup();
    who = signedIn(role);
    renderFrame();
    await screen.findByRole("button", { name: /^Account/ });
    expect(screen.queryAllByRole("link", { name: "Admin" }).length > 0).toBe(isOffered);
    await user.keyboard("ga");
    expect(router.push.mock.calls).toEqual(isOffered ? [["/admin"]] : []);
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("option", { name: /Account/ }, LONG);
    expect(screen.queryByRole("option", { name: /Admin/ }) !== null).toBe(isOffered);
    expect(screen.getByRole("option", { name: "Sign out" })).toBeTruthy();
  });

  test.each(["/sign-in", "/setup"])("%s has no frame and asks for nothing", async (path) => {
    window.history.replaceState(null, "", path);
    renderFrame();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(screen.getByLabelText("A field")).toBeTruthy();
    for (const role of ["navigation", "banner", "status", "link"])
      expect(screen.queryAllByRole(role)).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe("theme", () => {
  test("a choice is set on the document and kept; system removes both", async () => {
    const user = userEvent.setup();
    renderFrame();
    await user.click(screen.getByRole("button", { name: "Display" }));
    await user.click(await screen.findByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(window.localStorage.getItem("theme")).toBe("dark");
    await user.click(screen.getByRole("radio", { name: "System" }));
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(window.localStorage.getItem("theme")).toBeNull();
  });
});
