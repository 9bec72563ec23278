import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { decodeRawPoints } from "@/domain/gpu/raw-points";
import { alternate, type Benchmark, median } from "./benchmark";
import {
  FROM_MS,
  GPUS,
  METRIC,
  metrics,
  SECONDS,
  timeMsOf,
  TO_MS,
  uuidOf,
  valuesAt,
} from "./history-data";
import { setUpHistory, timed } from "./history-setup";

const ROUNDS = 15;

interface Points {
  timesMs: ArrayLike<number>;
  values: ArrayLike<number>;
}

function peerPoints(body: Buffer): Points {
  const { data } = JSON.parse(body.toString()) as {
    data: { result: { values: [number, string][] }[] };
  };
  const pairs = data.result[0]?.values ?? [];
  return {
    timesMs: Float64Array.from(pairs, ([seconds]) => Math.round(seconds * 1_000)),
    values: Float64Array.from(pairs, ([, text]) => Number(text)),
  };
}

function ourPoints(body: Buffer): Points {
  const { timesMs, values } = decodeRawPoints(body);
  return { timesMs, values: values.utilizationPercent ?? [] };
}

/** Of any metric: the time is measured, the points are checked on another. */
function ourColumns(body: Buffer): Points {
  const { timesMs, values } = decodeRawPoints(body);
  return { timesMs, values: Object.values(values)[0] ?? [] };
}

/** Throws when a point is missing, too many, or not the stored one. */
function check({ timesMs, values }: Points, rounded: (value: number) => number): void {
  if (timesMs.length !== SECONDS || values.length !== SECONDS)
    throw new Error(`${timesMs.length} points instead of ${SECONDS}.`);
  for (let second = 0; second < SECONDS; second++) {
    const expected = rounded(valuesAt(0, second)[0] ?? Number.NaN);
    if (timesMs[second] !== timeMsOf(second) || values[second] !== expected)
      throw new Error(`Point ${second} is ${values[second]} and not ${expected}.`);
  }
}

/** Until the points are numbers in memory: the body is of no use to a chart. */
async function decoded(url: string, decode: (body: Buffer) => Points) {
  const { ms, body } = await timed(url);
  const startedAtMs = performance.now();
  const points = decode(body);
  return { ms: ms + performance.now() - startedAtMs, transferMs: ms, bytes: body.length, points };
}

async function run() {
  const setup = await setUpHistory();
  try {
    const query = encodeURIComponent(`${METRIC}{gpu="0"}[1d]`);
    const peerUrl = `${setup.prometheus.url}/api/v1/query?query=${query}&time=${TO_MS / 1_000}`;
    const [from, to] = [FROM_MS, TO_MS].map((timeMs) => new Date(timeMs).toISOString());
    const range = `from=${from ?? ""}&to=${to ?? ""}`;
    const address = (gpu: number, key: string) =>
      `${setup.url}/api/system/gpu/points?gpu=${uuidOf(gpu)}&metric=${key}&${range}`;
    const ourUrl = address(0, "utilization");
    // Each of another GPU or metric: nobody has asked for it before.
    const others = metrics
      .flatMap((metric) => Array.from({ length: GPUS }, (_, gpu) => ({ gpu, metric })))
      .filter(({ gpu }) => gpu > 0)
      .map(({ gpu, metric }) => address(gpu, gpuMetricFacts[metric].key));
    const firstTime = async () => decoded(others.pop() ?? "", ourColumns);
    check((await decoded(peerUrl, peerPoints)).points, (value) => value);
    check((await decoded(ourUrl, ourPoints)).points, Math.fround);
    const peer = () => decoded(peerUrl, peerPoints);
    const cold = await alternate({ rounds: ROUNDS, peer, ours: firstTime });
    const warm = await alternate({ rounds: ROUNDS, peer, ours: () => decoded(ourUrl, ourPoints) });
    type Key = "ms" | "transferMs" | "bytes";
    const row = (what: string, results: typeof warm, key: Key) => ({
      what,
      unit: key === "bytes" ? "bytes" : "ms, p50",
      peer: median(results.peer.map((result) => result[key])),
      ours: median(results.ours.map((result) => result[key])),
    });
    return {
      peer: setup.prometheus.name,
      rounds: ROUNDS,
      rows: [
        { ...row("a day of one GPU, decoded, again", warm, "ms"), goal: "<= 0.2" as const },
        { ...row("of that, until the body was there", warm, "transferMs"), goal: null },
        { ...row("the same, asked for the first time", cold, "ms"), goal: "<= 0.2" as const },
        { ...row("bytes of the answer", warm, "bytes"), goal: "<= 0.3" as const },
      ],
      checks: [
        `All ${SECONDS} points of both sides are the stored ones: the peer's as 64-bit, ours as 32-bit floats.`,
      ],
      notes: [
        "The day is sealed: ours comes from 24 arrays, not from rows. Again: the unpacked hours are in memory, and the database says which of them still hold. For the first time: only its pages are in the database's memory.",
        "Without compression on both sides.",
      ],
    };
  } finally {
    await setup.stop();
  }
}

export const rawPoints: Benchmark = {
  name: "P3",
  title: "Raw points: a day of one GPU against Prometheus [1d]",
  run,
};
