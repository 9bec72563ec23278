import { basename } from "node:path";
import { AMD_SHORTEST_INTERVAL_MS } from "@/domain/gpu/metric-cadence";
import { readAmdMetrics, readAmdStatic, type AmdStatic } from "@/domain/gpu/amd-json";
import { readRocmMetrics } from "@/domain/gpu/amd-rocm-json";
import type { GpuReading } from "@/domain/gpu/collector-message";
import type { ReaderEvents, SourceReader } from "./source-reader";
import { describeToolEnd } from "./tool-failure";
import { readToolText } from "./tool-process";

export interface AmdReaderOptions {
  /** AMD_SMI_PATH: amd-smi or rocm-smi; null = either on PATH. */
  path: string | null;
  intervalMs: number;
}

type Read = (args: readonly string[]) => Promise<unknown>;

const LIMIT_MS = 30_000;
const ROCM_ARGS =
  "--showuse --showmeminfo vram --showmemuse --showpower --showmaxpower --showtemp --showclocks --showfan " +
  "--showuniqueid --showproductname --showbus --showreplaycount --json";

/**
 * Reads AMD GPUs through `amd-smi metric --json`, or rocm-smi where there is no amd-smi. Both are Python programs without a mode that
 * prints JSON again and again: one run at most each 5 s, the next when the one before has ended. Unproven on hardware.
 */
export function createAmdReader(options: AmdReaderOptions): SourceReader {
  return { source: "amd", start: (events) => startRun(options, events) };
}

function startRun({ path, intervalMs }: AmdReaderOptions, events: ReaderEvents): () => void {
  const pauseMs = Math.max(AMD_SHORTEST_INTERVAL_MS, intervalMs);
  let kill: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const readText = (program: string, args: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      kill = readToolText({ program, args, limitMs: LIMIT_MS }, (end) => {
        const setting = path === null ? null : "AMD_SMI_PATH";
        const problem = describeToolEnd(end, { program, setting });
        if (problem === null) resolve(end.text);
        else reject(Object.assign(new Error(problem), { code: end.startError }));
      });
    });
  const readWith =
    (program: string): Read =>
    async (args) =>
      parseJson(await readText(program, args), program);

  const run = async () => {
    const { name, poll } = await findTool(path, readWith);
    for (;;) {
      const startedMs = performance.now();
      const readings = await poll();
      if (isOver) return;
      if (readings === null) throw new Error(`${name} tells of no GPU`);
      events.onTick(
        readings,
        `reads ${readings.length} AMD GPU${readings.length === 1 ? "" : "s"}`,
      );
      const restMs = Math.max(0, pauseMs - (performance.now() - startedMs));
      await new Promise((resolve) => (timer = setTimeout(resolve, restMs)));
    }
  };
  timer = setTimeout(() => {
    run().catch((error: unknown) => {
      if (isOver) return;
      isOver = true;
      events.onFailure(error instanceof Error ? error.message : "amd-smi fails");
    });
  }, 0);
  return () => {
    isOver = true;
    clearTimeout(timer);
    kill();
  };
}

interface AmdTool {
  name: string;
  poll: () => Promise<GpuReading[] | null>;
}

async function findTool(
  path: string | null,
  readWith: (program: string) => Read,
): Promise<AmdTool> {
  if (path !== null) {
    return basename(path).includes("rocm-smi") ? rocmTool(readWith(path)) : amdTool(readWith(path));
  }
  try {
    return await amdTool(readWith("amd-smi"));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const tool = rocmTool(readWith("rocm-smi"));
  try {
    const first = await tool.poll();
    return { ...tool, poll: afterFirst(first, tool.poll) };
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw isAbsent ? new Error("neither amd-smi nor rocm-smi is on PATH", { cause: error }) : error;
  }
}

async function amdTool(read: Read): Promise<AmdTool> {
  const list = await read(["list", "--json"]);
  // Limits and names are a comfort: without them the values are still right.
  const fixed: AmdStatic = await read(["static", "--json"]).then(
    (answer) => readAmdStatic(list, answer),
    () => readAmdStatic(list, null),
  );
  const poll = async () => readAmdMetrics(await read(["metric", "--json"]), fixed);
  return { name: "amd-smi", poll };
}

function rocmTool(read: Read): AmdTool {
  return {
    name: "rocm-smi",
    poll: async () => readRocmMetrics(await read(ROCM_ARGS.split(" "))),
  };
}

/** The answer that was read to find out whether the program works is not thrown away. */
function afterFirst<Answer>(first: Answer, poll: () => Promise<Answer>): () => Promise<Answer> {
  let isFirst = true;
  return async () => {
    if (!isFirst) return poll();
    isFirst = false;
    return first;
  };
}

function parseJson(text: string, program: string): unknown {
  // Warnings may stand before it.
  const from = text.search(/[[{]/);
  try {
    return JSON.parse(from < 0 ? "" : text.slice(from)) as unknown;
  } catch (error) {
    throw new Error(`${basename(program)} printed something that is not JSON`, { cause: error });
  }
}
