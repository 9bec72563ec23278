import { act, cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  EmptyState,
  ErrorState,
  LoadingState,
  NoResultState,
  NotConfiguredState,
  QuarantinedState,
  StaleState,
} from "./states";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("loading", () => {
  test("is busy at once, and says what it waits for and offers Cancel only after 2 s", () => {
    vi.useFakeTimers();
    const onCancel = vi.fn();
    const { container } = render(
      <LoadingState label="history" waitingFor="The database reads 24 h" onCancel={onCancel}>
        <div />
      </LoadingState>,
    );
    expect(container.querySelector("[aria-busy=true]")).not.toBeNull();
    expect(screen.getByRole("status").textContent).toBe("Loading history");
    act(() => {
      vi.advanceTimersByTime(1_999);
    });
    expect(screen.queryByRole("button")).toBeNull();
    act(() => {
      vi.advanceTimersByTime(1);
    });
    expect(screen.getByRole("status").textContent).toContain("The database reads 24 h");
    screen.getByRole("button", { name: "Cancel" }).click();
    expect(onCancel).toHaveBeenCalledOnce();
  });
});

describe("empty", () => {
  test("says what, why, where it looked, and what next", () => {
    render(
      <EmptyState
        icon={<svg />}
        title="No GPU on this machine"
        lookedAt={[
          { name: "nvidia-smi", detail: "not on PATH" },
          { name: "/health", detail: "AI_HEALTH_URLS is not set" },
        ]}
        actions={<button type="button">Simulate</button>}
      >
        Two places were looked at.
      </EmptyState>,
    );
    expect(screen.getByRole("heading", { name: "No GPU on this machine" })).toBeTruthy();
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
      "nvidia-smi" + "not on PATH",
      "/health" + "AI_HEALTH_URLS is not set",
    ]);
    expect(screen.getByRole("button", { name: "Simulate" })).toBeTruthy();
  });
});

describe("error", () => {
  const failed = {
    title: "History was not read",
    message: "The database does not answer.",
    code: "SERVICE_UNAVAILABLE",
    requestId: "req_b81Kd0Vx",
  };

  test("is announced with its code and request id, and retries", async () => {
    const onRetry = vi.fn();
    render(<ErrorState {...failed} onRetry={onRetry} />);
    const alert = screen.getByRole("alert");
    expect(alert.textContent).toContain("The database does not answer.");
    expect(alert.textContent).toContain("SERVICE_UNAVAILABLE req_b81Kd0Vx");
    await userEvent.click(within(alert).getByRole("button", { name: "Retry" }));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  test("copies everything that a report needs", async () => {
    const user = userEvent.setup(); // gives the page a clipboard
    render(<ErrorState {...failed} />);
    expect(screen.queryByRole("button", { name: "Retry" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Copy error" }));
    expect(await navigator.clipboard.readText()).toBe(
      "History was not read. The database does not answer. SERVICE_UNAVAILABLE req_b81Kd0Vx",
    );
    expect(screen.getByRole("status").textContent).toBe("Copied");
  });

  test("says so where the browser forbids copying", async () => {
    const user = userEvent.setup();
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("denied"));
    render(<ErrorState {...failed} />);
    await user.click(screen.getByRole("button", { name: "Copy error" }));
    expect(screen.getByRole("status").textContent).toBe("The browser did not allow copying");
  });
});

describe("not configured", () => {
  test("names the setting and the command", () => {
    render(
      <NotConfiguredState
        title="Profiles are not connected"
        setting="PYROSCOPE_URL"
        command="docker compose up -d pyroscope"
      />,
    );
    expect(screen.getByText("PYROSCOPE_URL")).toBeTruthy();
    expect(screen.getByText("docker compose up -d pyroscope")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Copy command" })).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("no result, stale, quarantined", () => {
  test("no result says how many there are without the filter", () => {
    render(<NoResultState title="No GPU matches">6 GPUs do without “A100”.</NoResultState>);
    expect(screen.getByText("6 GPUs do without “A100”.")).toBeTruthy();
  });
  test("stale says since when, with the absolute time beside the age", () => {
    const sinceMs = new Date(2026, 10, 20, 14, 28).getTime();
    render(<StaleState sinceMs={sinceMs} ageMs={248_000} />);
    expect(screen.getByText(/4 m 08 s, since 14:28:00/)).toBeTruthy();
  });
  test("quarantined shows time, field and the raw value as it came", () => {
    render(
      <QuarantinedState
        rows={[{ atMs: 0, field: "SM %", rawValue: "9223372036854775792" }]}
        caption="atlas 0, 24 h"
      />,
    );
    expect(screen.getByRole("cell", { name: "9223372036854775792" })).toBeTruthy();
    expect(screen.getByRole("heading", { name: "1 value set aside" })).toBeTruthy();
  });
});
