import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ShortcutProvider } from "@/components/layout/shortcuts";
import { fleetHosts } from "@/domain/fleet/fleet-hosts";
import { fleetRows } from "@/domain/fleet/fleet-rows";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { emptyReading, unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import { gpuRowText } from "./gpu-row-text";
import { GpuTable } from "./gpu-table";
import type { GpuSort } from "./sort-rows";
import { useClosedRows } from "./use-closed-rows";

afterEach(cleanup);

const push = vi.fn();
vi.mock("next/navigation", () => ({
  useSearchParams: () => new URLSearchParams(),
  useRouter: () => ({ push }),
}));
const NOW_MS = 1_795_500_000_500;
beforeEach(() => {
  push.mockClear();
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
});

function gpu(
  gpuIndex: number,
  powerWatts: number | null,
  over: Partial<LatestGpu["sample"]> = {},
): LatestGpu {
  const reading = emptyReading("not_offered");
  return {
    stale: false,
    carriedFromMs: {},
    sample: {
      ...reading,
      ...unknownDeviceFacts,
      host: "test-host",
      gpuUuid: `GPU-${gpuIndex}`,
      gpuIndex,
      gpuName: "RTX, 4090",
      recordedAtMs: 1_795_500_000_000,
      source: "smi",
      values: { ...reading.values, powerWatts },
      ...over,
    },
  };
}

function Sorted({ gpus }: { gpus: readonly LatestGpu[] }) {
  const [sort, setSort] = useState<GpuSort>({ by: "gpu", isDescending: false });
  const { closed, toggle } = useClosedRows();
  return (
    <ShortcutProvider>
      <GpuTable
        rows={fleetRows(gpus)}
        hosts={fleetHosts(gpus)}
        closed={closed}
        onToggle={toggle}
        nowMs={NOW_MS}
        sort={sort}
        onSort={setSort}
      />
    </ShortcutProvider>
  );
}

const order = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => row.dataset.gpu);
const three = [gpu(0, 100), gpu(1, null), gpu(2, 300)];

test("figures sort most first, then least; what is unknown stays last", () => {
  render(<Sorted gpus={three} />);
  const head = screen.getByRole("button", { name: "Power, limit W" });
  fireEvent.click(head);
  expect(order()).toEqual(["GPU-2", "GPU-0", "GPU-1"]);
  expect(head.closest("th")?.getAttribute("aria-sort")).toBe("descending");
  fireEvent.click(head);
  expect(order()).toEqual(["GPU-0", "GPU-2", "GPU-1"]);
});

test("j and k move, Enter opens", () => {
  render(<Sorted gpus={three} />);
  fireEvent.keyDown(document.body, { key: "j" });
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "j" });
  expect((document.activeElement as HTMLElement).dataset.gpu).toBe("GPU-1");
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "k" });
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "Enter" });
  expect(push).toHaveBeenCalledWith("/gpu?gpu=GPU-0");
});

test("y copies the row that has the focus, and leaves the key alone elsewhere", async () => {
  const writeText = vi.fn().mockResolvedValue(undefined);
  const { navigator } = globalThis;
  vi.stubGlobal("navigator", { clipboard: { writeText }, userAgent: "" });
  render(<Sorted gpus={three} />);
  expect(fireEvent.keyDown(document.body, { key: "y" })).toBe(true);
  expect(writeText).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: "j" });
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "y" });
  await vi.waitFor(() => {
    expect(writeText).toHaveBeenCalledWith(gpuRowText(gpu(0, 100)));
  });
  vi.stubGlobal("navigator", navigator);
});

test("live values do not move rows while one has the focus", () => {
  const { rerender } = render(<Sorted gpus={three} />);
  fireEvent.click(screen.getByRole("button", { name: "Power, limit W" }));
  fireEvent.keyDown(document.body, { key: "j" });
  rerender(<Sorted gpus={[gpu(0, 900), gpu(1, null), gpu(2, 300)]} />);
  expect(order()).toEqual(["GPU-2", "GPU-0", "GPU-1"]);
  fireEvent.blur(document.activeElement ?? document.body);
  expect(order()).toEqual(["GPU-0", "GPU-2", "GPU-1"]);
});

test("a copied row has its head, every value and the whole id", () => {
  const [head, row] = gpuRowText(gpu(3, 262.13)).split("\n");
  expect(head?.split("\t")).toContain("power_usage W");
  expect(row?.split("\t").slice(0, 4)).toEqual(["3", "GPU-3", "RTX, 4090", "smi"]);
  expect(row).toContain("262.13");
});

const instance = (gpuUuid: string) =>
  gpu(1, null, { gpuUuid, parentUuid: "GPU-1", migProfile: "1g.10gb" });

test("MIG instances stand below their GPU in every order, and close with it by button and by arrow", () => {
  render(<Sorted gpus={[gpu(0, 100), gpu(1, 900), instance("MIG-a"), instance("MIG-b")]} />);
  expect(order()).toEqual(["GPU-0", "GPU-1", "MIG-a", "MIG-b"]);
  fireEvent.click(screen.getByRole("button", { name: "Power, limit W" }));
  expect(order()).toEqual(["GPU-1", "MIG-a", "MIG-b", "GPU-0"]);
  fireEvent.click(screen.getByRole("button", { name: "MIG instances of GPU 1" }));
  expect(order()).toEqual(["GPU-1", "GPU-0"]);
  fireEvent.keyDown(document.body, { key: "j" });
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowRight" });
  expect(order()).toContain("MIG-a");
});

test("of several hosts each has a row, which says since when it is lost", () => {
  const lost = { ...gpu(0, 50, { gpuUuid: "edge", host: "edge-02" }), stale: true };
  render(<Sorted gpus={[gpu(0, 100, { host: "atlas" }), lost]} />);
  const head = screen.getByRole("rowheader", { name: /edge-02/ });
  expect(head.textContent).toMatch(/1 GPUStale 500 ms.*lost since/);
  expect(screen.getByRole("link", { name: "atlas 0" })).toBeTruthy();
});

test("of 2,000 GPUs only those in sight exist, and the table says how many there are", () => {
  render(<Sorted gpus={Array.from({ length: 2_000 }, (_, index) => gpu(index, index))} />);
  expect(order().length).toBeLessThan(100);
  expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("2001");
});
