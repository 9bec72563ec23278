import type { GpuHistory } from "@/domain/gpu/gpu-history";
import { alternate, type Benchmark, type BenchmarkRow, median } from "./benchmark";
import { FROM_MS, GPUS, METRIC, TO_MS, uuidOf } from "./history-data";
import { type HistorySetup, setUpHistory, timed } from "./history-setup";

const ROUNDS = 15;
const REQUESTS_A_ROUND = 3;
const NOTICE = 1e-6;

interface Question {
  what: string;
  fromMs: number;
  toMs: number;
  stepSeconds: number;
  prometheusGoal: BenchmarkRow["goal"];
  victoriaGoal: BenchmarkRow["goal"];
}

const HOUR_MS = 3_600_000;
const questions: Question[] = [
  {
    what: "24 h in 5 min, 8 GPUs",
    fromMs: FROM_MS,
    toMs: TO_MS,
    stepSeconds: 300,
    prometheusGoal: "<= 0.25",
    victoriaGoal: "<= 1",
  },
  {
    what: "1 h in 10 s, 8 GPUs",
    fromMs: TO_MS - HOUR_MS,
    toMs: TO_MS,
    stepSeconds: 10,
    prometheusGoal: "<= 1",
    victoriaGoal: null,
  },
];

/** The mean of each bucket, at its end, as both peers understand it. */
function peerAddress(url: string, question: Question, more = ""): string {
  const { fromMs, toMs, stepSeconds } = question;
  const query = encodeURIComponent(`avg_over_time(${METRIC}[${stepSeconds}s])`);
  const start = fromMs / 1_000 + stepSeconds;
  return `${url}/api/v1/query_range?query=${query}&start=${start}&end=${toMs / 1_000}&step=${stepSeconds}${more}`;
}

/** `turn` puts the GPUs in another order: another question for the cache, the same work for the database. */
function ourAddress(url: string, question: Question, turn = 0): string {
  const { fromMs, toMs, stepSeconds } = question;
  const gpuUuids = orderOf(turn).map(uuidOf);
  const metrics = ["utilizationPercent"];
  const input = { gpuUuids, metrics, fromMs, toMs, stepMs: stepSeconds * 1_000 };
  return `${url}/api/trpc/gpu.history?input=${encodeURIComponent(JSON.stringify(input))}`;
}

/** The order with this number, of 40,320. */
function orderOf(turn: number): number[] {
  const left = Array.from({ length: GPUS }, (_, gpu) => gpu);
  let rest = turn;
  return Array.from({ length: GPUS }, (_, i) => {
    const place = rest % (GPUS - i);
    rest = Math.floor(rest / (GPUS - i));
    return left.splice(place, 1)[0] ?? 0;
  });
}

interface PeerAnswer {
  data: { result: { metric: { gpu: string }; values: [number, string][] }[] };
}

/** Our values and a peer's, bucket by bucket. Throws at the first that differs. */
function compare(ours: Buffer, peer: Buffer, { stepSeconds }: Question): number {
  const history = (JSON.parse(ours.toString()) as { result: { data: GpuHistory } }).result.data;
  const { result } = (JSON.parse(peer.toString()) as PeerAnswer).data;
  let compared = 0;
  for (const series of history.series) {
    const theirs = result.find(({ metric }) => uuidOf(Number(metric.gpu)) === series.gpuUuid);
    const byTime = new Map(theirs?.values.map(([at, value]) => [at, Number(value)]));
    for (const [i, startMs] of series.timesMs.entries()) {
      const value = byTime.get(startMs / 1_000 + stepSeconds);
      const mean = series.mean.utilizationPercent?.[i];
      if (
        value === undefined ||
        mean === undefined ||
        mean === null ||
        Math.abs(value - mean) > NOTICE
      )
        throw new Error(`${series.gpuUuid} at ${startMs}: ours ${mean}, the peer's ${value}.`);
      compared++;
    }
  }
  const buckets = history.series.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  if (compared !== buckets || compared === 0) throw new Error("Not every bucket was compared.");
  return compared;
}

async function medianMs(address: () => string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS_A_ROUND; i++) times.push((await timed(address())).ms);
  return median(times);
}

async function measure({ url, prometheus, victoria }: HistorySetup, question: Question) {
  const rows: BenchmarkRow[] = [];
  let turn = 1;
  const cold = () => ourAddress(url, question, turn++);
  const warm = () => ourAddress(url, question);
  const compared = [prometheus, victoria].map(async (peer) => {
    const [ours, theirs] = [await timed(warm()), await timed(peerAddress(peer.url, question))];
    return compare(ours.body, theirs.body, question);
  });
  const [points = 0] = await Promise.all(compared);
  for (const [kind, address] of [
    ["cold", cold],
    ["warm", warm],
  ] as const) {
    for (const peer of [prometheus, victoria]) {
      // Only VictoriaMetrics keeps answers.
      const more = kind === "cold" ? "&nocache=1" : "";
      const results = await alternate({
        rounds: ROUNDS,
        peer: () => medianMs(() => peerAddress(peer.url, question, more)),
        ours: () => medianMs(address),
      });
      rows.push({
        what: `${question.what}, ${kind}, against ${peer.name}`,
        unit: "ms, p50",
        peer: median(results.peer),
        ours: median(results.ours),
        goal: peer === prometheus ? question.prometheusGoal : question.victoriaGoal,
      });
    }
  }
  return { rows, points };
}

async function run() {
  const setup = await setUpHistory();
  try {
    const rows: BenchmarkRow[] = [];
    const checks: string[] = [];
    for (const question of questions) {
      const measured = await measure(setup, question);
      rows.push(...measured.rows);
      checks.push(
        `${question.what}: all ${measured.points} means equal those of both peers to ${NOTICE}.`,
      );
    }
    return {
      peer: `${setup.prometheus.name}, ${setup.victoria.name}`,
      rounds: ROUNDS,
      rows,
      checks,
      notes: [
        "One day of 8 GPUs, 5 values a second each; one value asked. Ours over HTTP tRPC with authorisation and an embedded PostgreSQL.",
        "Ours answers mean, min, max, number of samples and source of each bucket; the peers the mean alone.",
        "Cold: the answer is made from the roll-ups (the tables are in the database's memory); VictoriaMetrics with nocache=1. Warm: the same question again.",
        "10 s instead of the 12 s of the goal: our steps are multiples of the roll-ups, and all sides are asked in the same.",
      ],
    };
  } finally {
    await setup.stop();
  }
}

export const history: Benchmark = {
  name: "P2",
  title: "History: buckets of a day and of an hour against Prometheus and VictoriaMetrics",
  run,
};
