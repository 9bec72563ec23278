import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { GpuProcess } from "@/domain/gpu/gpu-process";
import { GpuSource } from "@/domain/gpu/gpu-sample";
import { processText, sortProcesses } from "./process-columns";
import { readExport } from "@/components/charts/read-export";
import { SourceLine } from "./source-line";
import { vramParts } from "./vram-parts";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const process = (pid: number, memoryUsedMib: number | null, name: string | null = "python3") =>
  ({
    pid,
    name,
    memoryUsedMib,
    kind: "compute",
    containerId: null,
    controlGroup: null,
  }) satisfies GpuProcess;

test("each source has a stroke of its own that reads without colour", () => {
  const strokes = GpuSource.options.map((source) => {
    const { container, unmount } = render(<SourceLine source={source} />);
    const lines = [...container.querySelectorAll("line")];
    const look = lines.map((line) => [
      line.getAttribute("stroke-dasharray"),
      line.getAttribute("y1"),
    ]);
    unmount();
    return JSON.stringify([lines.length, look.map(([dash]) => dash)]);
  });
  expect(new Set(strokes).size).toBe(GpuSource.options.length);
});

describe("processes", () => {
  const processes = [process(3, null), process(1, 100), process(2, 900, null)];

  test("sort by memory, and what the driver does not say stands last in both directions", () => {
    const pids = (isDescending: boolean) =>
      sortProcesses(processes, { by: "memory", isDescending }).map(({ pid }) => pid);
    expect(pids(true)).toEqual([2, 1, 3]);
    expect(pids(false)).toEqual([1, 2, 3]);
  });

  test("a copied row has every field, and nothing for what is not known", () => {
    expect(processText(process(2, 900, null))).toBe(
      "pid\tname\tkind\tmemory MiB\tcontainer\tcontrol_group\n2\t\tcompute\t900\t\t",
    );
  });

  test("the bar shows who holds the memory, and what no process accounts for apart", () => {
    expect(vramParts(processes, 1_200).map(({ label, memoryMib }) => [label, memoryMib])).toEqual([
      ["pid 2", 900],
      ["python3", 100],
      ["other", 200],
    ]);
    // Read at another moment, when more was used: it says nothing of now.
    expect(vramParts(processes, 500)).toEqual([]);
  });
});

describe("readExport", () => {
  const answer = (body: string, init: ResponseInit = {}) => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, init)));
  };
  const options = { signal: new AbortController().signal, onProgress: () => undefined };

  test("counts the rows without their head and takes the name that the server gives", async () => {
    answer("time,power\r\n1,2\r\n3,4\r\n", {
      headers: {
        "x-total-rows": "2",
        "content-type": "text/csv",
        "content-disposition": 'attachment; filename="gpu-history.csv"',
      },
    });
    const seen: unknown[] = [];
    const file = await readExport("/x", { ...options, onProgress: (told) => seen.push(told) });
    expect(file).toMatchObject({ name: "gpu-history.csv", rows: 2 });
    expect(await file.blob.text()).toContain("3,4");
    expect(seen).toEqual([{ rows: 2, totalRows: 2 }]);
  });

  test("a refusal is told in the server's words", async () => {
    const error = { code: "TOO_LARGE", message: "Choose a larger step." };
    answer(JSON.stringify({ error }), { status: 413 });
    await expect(readExport("/x", options)).rejects.toThrow("Choose a larger step.");
  });

  test("what breaks off half-way is no file", async () => {
    const broken = new ReadableStream({
      pull: (controller) => {
        controller.error(new Error("gone"));
      },
    });
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(broken)));
    await expect(readExport("/x", options)).rejects.toThrow("broke off half-way");
  });
});
