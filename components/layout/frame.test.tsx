import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useSyncExternalStore } from "react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TRPCProviders } from "@/components/trpc/trpc";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { Frame } from "./frame";
import { LiveProvider } from "./live-connection";
import { setSingleKeys, setTheme } from "./preferences";

const router = vi.hoisted(() => ({
  push: vi.fn<(href: string) => void>(),
  prefetch: vi.fn<(href: string) => void>(),
}));

// The router of Next runs in Next only; this one reads the same address and hears the same changes.
vi.mock("next/navigation", () => ({
  usePathname: () => "/",
  useRouter: () => router,
  useSearchParams: () => {
    const search = useSyncExternalStore(
      (listener) => {
        window.addEventListener("address", listener);
        return () => {
          window.removeEventListener("address", listener);
        };
      },
      () => window.location.search,
    );
    return new URLSearchParams(search);
  },
}));

for (const name of ["pushState", "replaceState"] as const) {
  const original = window.history[name].bind(window.history);
  window.history[name] = (...args) => {
    original(...args);
    act(() => {
      window.dispatchEvent(new Event("address"));
    });
  };
}
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe = () => undefined;
    unobserve = () => undefined;
    disconnect = () => undefined;
  },
);
Element.prototype.scrollIntoView = () => undefined;

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
let about = { version: "0.1.0", unprotected: false };

function answer(path: string): unknown {
  return path === "gpu.latest" ? fleet : about;
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
  about = { version: "0.1.0", unprotected: false };
  vi.stubGlobal("fetch", (input: string) => {
    const paths = new URL(input, "http://localhost").pathname.replace("/api/trpc/", "").split(",");
    return Promise.resolve(
      new Response(JSON.stringify(paths.map((path) => ({ result: { data: answer(path) } })))),
    );
  });
  window.history.replaceState(null, "", "/");
});
afterEach(() => {
  cleanup();
  router.push.mockReset();
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
    expect(screen.queryByText("Not protected.")).toBeNull();
  });

  test("an open server is called not protected", async () => {
    about = { version: "0.1.0", unprotected: true };
    renderFrame();
    expect(await screen.findByText("Not protected.")).toBeTruthy();
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
