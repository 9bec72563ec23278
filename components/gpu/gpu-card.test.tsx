import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { emptyReading, type GpuSample, unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import type { GpuPressure, Pressure } from "@/domain/pressure/gpu-pressure";
import { GpuCard } from "./gpu-card";
import { GpuFacts } from "./gpu-facts";
import { NoGpu } from "./fleet-states";
import { PressureScope } from "./pressure-context";

afterEach(cleanup);

// The router is Next's; the card needs its address only.
vi.mock("next/navigation", () => ({
  useSearchParams: () => new URLSearchParams("from=-5m"),
  useRouter: () => ({ push: () => undefined }),
}));

const NOW_MS = 1_795_500_000_000;

function gpu(over: Partial<GpuSample> = {}, stale = false): LatestGpu {
  const reading = emptyReading("not_supported");
  const sample: GpuSample = {
    ...reading,
    ...unknownDeviceFacts,
    host: "test-host",
    gpuUuid: "GPU-1",
    gpuIndex: 0,
    gpuName: "NVIDIA GeForce RTX 4090",
    recordedAtMs: NOW_MS - 500,
    source: "smi",
    ...over,
    values: {
      ...reading.values,
      utilizationPercent: 78,
      memoryUsedMib: 22_357,
      memoryTotalMib: 24_564,
      temperatureCelsius: 76,
      powerWatts: 262.13,
      powerLimitWatts: 450,
      throttleReasons: 4,
      ...over.values,
    },
  };
  return { sample, stale, carriedFromMs: {} };
}

const span = { fromMs: NOW_MS - 300_000, toMs: NOW_MS };
const known = { ...span, stepMs: null, cadenceMs: 1_000 };
const card = (one: LatestGpu) =>
  render(
    <GpuCard gpu={one} label="GPU 0" nowMs={NOW_MS} series={undefined} span={span} known={known} />,
  );

describe("GpuCard", () => {
  test("shows rounded figures, keeps exact ones for tests and hovering", () => {
    card(gpu());
    const used = screen.getByTestId("gpu-GPU-1-memoryUsedMib");
    expect(used.textContent).toBe("21.8");
    expect(used.dataset.value).toBe("22357");
    expect(used.title).toBe("22,357 MiB");
    expect(screen.getByTestId("gpu-GPU-1-powerWatts").dataset.value).toBe("262.13");
    expect(screen.getByRole("meter").getAttribute("aria-valuenow")).toBe("78");
    expect(screen.getByText("SW power cap")).toBeTruthy();
  });

  test("links to the page of the GPU and keeps the range", () => {
    card(gpu());
    const link = screen.getByRole("link", { name: "GPU 0" });
    expect(link.getAttribute("href")).toBe("/gpu?gpu=GPU-1&from=-5m");
  });

  test("a missing value is a dash with its reason, never 0", () => {
    const missing = gpu();
    missing.sample.values.temperatureCelsius = null;
    card(missing);
    const temperature = screen.getByTestId("gpu-GPU-1-temperatureCelsius");
    expect(temperature.textContent).toBe("– not supported by this board");
    expect(temperature.dataset.value).toBe("");
  });

  test("the reason of a missing value is seen on hover and on focus, and Escape hides it", () => {
    card(gpu({ values: { throttleReasons: null } as GpuSample["values"] }));
    const throttle = screen.getByTestId("gpu-GPU-1-throttleReasons");
    const shown = () => throttle.querySelector("[data-reason]")?.textContent;
    expect(throttle.tabIndex).toBe(0);
    fireEvent.pointerEnter(throttle);
    expect(shown()).toBe("not supported by this board");
    fireEvent.keyDown(document.body, { key: "Escape" });
    expect(shown()).toBeUndefined();
  });

  test("a bar whose total is unknown has no thresholds", () => {
    const marks = () => screen.getByRole("article").querySelectorAll("i.border-dashed").length;
    card(gpu());
    expect(marks()).toBe(2);
    cleanup();
    card(gpu({ values: { memoryTotalMib: null } as GpuSample["values"] }));
    expect(marks()).toBe(0);
  });

  test("stale: says how long, shows no utilisation, keeps the last memory with its time", () => {
    card(gpu({ recordedAtMs: NOW_MS - 248_000 }, true));
    expect(screen.getByText("Stale 4 m 08 s")).toBeTruthy();
    expect(screen.getByRole("img", { name: "Utilisation of GPU 0 unknown" })).toBeTruthy();
    expect(screen.getByText("Last known")).toBeTruthy();
  });

  test("simulated is labelled on the card", () => {
    card(gpu({ source: "simulated" }));
    expect(screen.getByText("Simulated")).toBeTruthy();
  });

  test("unified memory is told as such, never as 0 and never as a bar", () => {
    const memory = { memoryUsedMib: null, memoryTotalMib: null } as GpuSample["values"];
    card(gpu({ memoryKind: "unified", values: memory }));
    const article = screen.getByRole("article");
    expect(article.textContent).toContain("unified memory");
    expect(screen.getByTestId("gpu-GPU-1-memoryUsedMib").dataset.value).toBe("");
    expect(article.querySelectorAll("i.border-dashed")).toHaveLength(0);
  });

  test("a value that was read before its sample shows its age", () => {
    const carried = gpu();
    carried.carriedFromMs = { temperatureCelsius: carried.sample.recordedAtMs - 42_000 };
    card(carried);
    expect(screen.getByText("42 s ago")).toBeTruthy();
    cleanup();
    // As young as the others: on hover only.
    carried.carriedFromMs = { temperatureCelsius: carried.sample.recordedAtMs - 2_000 };
    card(carried);
    expect(screen.queryByText(/ago$/)).toBeNull();
    expect(screen.getByTestId("gpu-GPU-1-temperatureCelsius").title).toContain("2 s before");
  });

  test("thresholds and the level are the server's: a level is left later than the share says", () => {
    const noted = { gpuUuid: "GPU-1", level: "critical", sinceMs: NOW_MS } as GpuPressure;
    const pressure = {
      thresholds: { warningPercent: 50, criticalPercent: 60 },
      gpus: [noted],
    } as unknown as Pressure;
    render(
      <PressureScope pressure={pressure}>
        <GpuCard
          gpu={gpu({ values: { memoryUsedMib: 5_000 } as GpuSample["values"] })}
          label="GPU 0"
          nowMs={NOW_MS}
          series={undefined}
          span={span}
          known={known}
        />
      </PressureScope>,
    );
    expect(screen.getByTitle("Memory pressure: critical").textContent).toContain("20.4 %");
    const marks = screen.getByRole("article").querySelectorAll<HTMLElement>("i.border-dashed");
    expect([...marks].map(({ style }) => style.left)).toEqual(["50%", "60%"]);
  });

  test("a split GPU has a bar for each instance", () => {
    const instance = (gpuUuid: string, memoryTotalMib: number) =>
      gpu({ gpuUuid, parentUuid: "GPU-1", values: { memoryTotalMib } as GpuSample["values"] });
    render(
      <GpuCard
        gpu={gpu()}
        label="GPU 0"
        instances={[instance("MIG-1", 20_000), instance("MIG-2", 40_000)]}
        nowMs={NOW_MS}
        series={undefined}
        span={span}
        known={known}
      />,
    );
    expect(screen.getByRole("article").textContent).toContain("RTX 4090, MIG × 2");
    expect(screen.getByRole("article").querySelectorAll("i.border-warn-fill")).toHaveLength(2);
  });
});

test("facts give the reason beside the dash", () => {
  render(<GpuFacts gpu={gpu()} />);
  const row = screen.getByText("Fan").closest("div");
  expect(row && within(row).getByTestId("gpu-GPU-1-fanSpeedPercent").textContent).toBe(
    "– not supported by this board",
  );
});

test("without a GPU the page says where it looked and what was missing", () => {
  const checked = { checkedAtMs: 1 };
  render(
    <NoGpu
      sources={[
        { source: "smi", state: "unavailable", detail: "nvidia-smi is not on PATH", ...checked },
        {
          source: "health",
          state: "not_configured",
          detail: "AI_HEALTH_URLS is empty",
          ...checked,
        },
        { source: "simulated", state: "not_configured", detail: "not asked for", ...checked },
      ]}
    />,
  );
  expect(screen.getByText("No GPU on this machine")).toBeTruthy();
  expect(screen.getByText(/looked in two places/)).toBeTruthy();
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
    "nvidia-sminvidia-smi is not on PATH",
    "healthAI_HEALTH_URLS is empty",
  ]);
});
