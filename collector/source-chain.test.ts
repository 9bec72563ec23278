import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import {
  emptyReading,
  type GpuSample,
  type GpuSource,
  unknownDeviceFacts,
} from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { seededRandom } from "@/fixtures/seeded-random";
import { SourceChain, type ChainLink, type SourceChainOptions } from "./source-chain";
import type { ReaderEvents, SourceReader } from "./source-reader";

/** Made before the clock is a false one: the seed comes from it. */
const random = seededRandom();

/** A source whose fate the test decides: it ticks each second while `works`, else it fails 100 ms after its start. */
class FakeReader implements SourceReader {
  readonly source: GpuSource;
  works: boolean;
  starts = 0;
  running = 0;
  #events: ReaderEvents | null = null;

  constructor(source: GpuSource, works: boolean) {
    this.source = source;
    this.works = works;
  }

  start(events: ReaderEvents): () => void {
    this.starts += 1;
    this.running += 1;
    this.#events = events;
    const timer = setInterval(() => {
      if (this.works) events.onTick([readingOf(this.source)], `reads ${this.source}`);
      else this.fail(`${this.source} is gone`);
    }, 100);
    let isStopped = false;
    return () => {
      clearInterval(timer);
      if (!isStopped) this.running -= 1;
      isStopped = true;
    };
  }

  fail(detail: string): void {
    this.#events?.onFailure(detail);
  }
}

function readingOf(source: GpuSource): GpuReading {
  const { values, missing } = emptyReading("not_offered");
  return {
    gpuUuid: `uuid-${source}`,
    gpuIndex: 0,
    gpuName: null,
    ...unknownDeviceFacts,
    values: { ...values, utilizationPercent: 50, powerWatts: -5 },
    missing,
  };
}

let chain: SourceChain;
let samples: GpuSample[];
let sent: SourceStatus[][];

function start(links: ChainLink[], options: Partial<SourceChainOptions> = {}) {
  samples = [];
  sent = [];
  chain = new SourceChain({
    links,
    hostName: "test-host",
    isAutomatic: false,
    realSourceSeen: false,
    holdMs: 3_000,
    nowMs: Date.now,
    random: () => 0.5,
    onTick: (tick) => samples.push(...tick.samples),
    onProcesses: () => undefined,
    onSources: (sources) => sent.push(sources),
    ...options,
  });
  chain.start();
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const states = () =>
  Object.fromEntries((sent.at(-1) ?? []).map(({ source, state }) => [source, state]));
const used = () => [...new Set(samples.map(({ source }) => source))];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_790_000_000_000 });
});
afterEach(() => {
  chain.stop();
  vi.useRealTimers();
});

describe("order", () => {
  test("the first that works is used, what comes after it rests", async () => {
    const smi = new FakeReader("smi", true);
    const health = new FakeReader("health", true);
    start([{ reader: smi }, { reader: health }]);
    await pass(2_000);
    expect(used()).toEqual(["smi"]);
    expect(states()).toEqual({ smi: "active", health: "standby" });
    expect([smi.running, health.running]).toEqual([1, 0]);
  });

  test("a later source waits for the verdict on an earlier one, but not for ever", async () => {
    const smi = new FakeReader("smi", true);
    smi.start = () => () => undefined; // says nothing
    start([{ reader: smi }, { reader: new FakeReader("health", true) }]);
    await pass(2_900);
    expect(samples).toEqual([]);
    await pass(1_000);
    expect(used()).toEqual(["health"]);
  });

  test("impossible values are set aside, all GPUs of a tick have one time", async () => {
    start([{ reader: new FakeReader("smi", true) }]);
    await pass(150);
    expect(samples[0]).toMatchObject({
      source: "smi",
      values: { utilizationPercent: 50, powerWatts: null },
      missing: { powerWatts: "impossible_value" },
    });
  });
});

test("a source of which a part fails says so in its status, until all is read", async () => {
  const health = new FakeReader("health", false);
  let events: ReaderEvents | null = null;
  health.start = (given) => {
    events = given;
    return () => undefined;
  };
  start([{ reader: health }]);
  const tick = (isPartial: boolean) =>
    events?.onTick([readingOf("health")], `partial ${isPartial}`, isPartial);
  tick(true);
  expect(sent.at(-1)).toMatchObject([{ state: "active", isPartial: true }]);
  tick(false);
  expect(sent.at(-1)?.[0]).toMatchObject({ state: "active", detail: "partial false" });
  expect(sent.at(-1)?.[0]).not.toHaveProperty("isPartial");
});

test("after the clock was set back two days the samples carry the new time", async () => {
  start([{ reader: new FakeReader("smi", true) }]);
  await pass(1_000);
  vi.setSystemTime(Date.now() - 2 * 86_400_000);
  await pass(1_000);
  expect(Math.abs((samples.at(-1)?.recordedAtMs ?? 0) - Date.now())).toBeLessThan(1_000);
});

describe("failure", () => {
  test("a source that fails while reading hands over to the next real one, and takes over again", async () => {
    const smi = new FakeReader("smi", true);
    const health = new FakeReader("health", true);
    start([{ reader: smi }, { reader: health }, { reader: new FakeReader("simulated", true) }], {
      isAutomatic: true,
    });
    await pass(1_000);
    smi.works = false;
    await pass(500);
    expect(states()).toEqual({ smi: "unavailable", health: "active", simulated: "standby" });
    expect(sent.at(-1)?.[0]?.detail).toBe("smi is gone");
    smi.works = true;
    await pass(3_000);
    expect(states()).toEqual({ smi: "active", health: "standby", simulated: "standby" });
    expect(used()).toEqual(["smi", "health"]);
  });

  test("tried again after 1, 2, 4 … 60 s", async () => {
    const smi = new FakeReader("smi", false);
    start([{ reader: smi }]);
    const startsAfter = async (ms: number) => {
      await pass(ms);
      return smi.starts;
    };
    expect(await startsAfter(1_050)).toBe(1);
    expect(await startsAfter(100)).toBe(2);
    expect(await startsAfter(2_100)).toBe(3);
    expect(await startsAfter(4_100)).toBe(4);
    await pass(600_000);
    const before = smi.starts;
    expect(await startsAfter(600_000)).toBeLessThanOrEqual(before + 10);
  });

  test("when the used source fails, one that failed long ago is tried at once", async () => {
    const smi = new FakeReader("smi", true);
    const health = new FakeReader("health", false);
    start([{ reader: smi }, { reader: health }]);
    await pass(200_000);
    smi.works = false;
    health.works = true;
    await pass(500);
    expect(samples.at(-1)?.source).toBe("health");
  });

  test("a driver that appears later is picked up", async () => {
    const smi = new FakeReader("smi", false);
    start([{ reader: smi }, { reader: new FakeReader("simulated", true) }], { isAutomatic: true });
    await pass(5_000);
    expect(used()).toEqual(["simulated"]);
    smi.works = true;
    await pass(60_000);
    expect(samples.at(-1)?.source).toBe("smi");
    expect(states()).toEqual({ smi: "active", simulated: "standby" });
  });
});

describe("simulation", () => {
  const health: ChainLink = { source: "health", notConfigured: "no AI_HEALTH_URLS" };

  test("unasked for it begins only when every real source has failed", async () => {
    const smi = new FakeReader("smi", false);
    const simulated = new FakeReader("simulated", true);
    start([{ reader: smi }, health, { reader: simulated }], { isAutomatic: true });
    expect(simulated.starts).toBe(0);
    await pass(500);
    expect(states()).toEqual({ smi: "unavailable", health: "not_configured", simulated: "active" });
  });

  test("a real GPU that goes away leaves a gap, not invented values", async () => {
    const smi = new FakeReader("smi", true);
    start([{ reader: smi }, health, { reader: new FakeReader("simulated", true) }], {
      isAutomatic: true,
    });
    await pass(1_000);
    smi.works = false;
    await pass(120_000);
    expect(used()).toEqual(["smi"]);
    expect(states()).toEqual({
      smi: "unavailable",
      health: "not_configured",
      simulated: "standby",
    });
  });

  test("the same after a restart of the collector", async () => {
    start(
      [{ reader: new FakeReader("smi", false) }, { reader: new FakeReader("simulated", true) }],
      {
        isAutomatic: true,
        realSourceSeen: true,
      },
    );
    await pass(120_000);
    expect(samples).toEqual([]);
  });

  test("named, it has its place in the order as every other source", async () => {
    start([{ reader: new FakeReader("simulated", true) }, { reader: new FakeReader("smi", true) }]);
    await pass(1_000);
    expect(used()).toEqual(["simulated"]);
    chain.stop();
    const smi = new FakeReader("smi", true);
    start([{ reader: smi }, { reader: new FakeReader("simulated", true) }]);
    await pass(1_000);
    smi.works = false;
    await pass(1_000);
    expect(used()).toEqual(["smi", "simulated"]);
  });
});

test("N5: nvml, smi and health flap each second for 10 minutes: no double time, each sample with its source, a line only for a change", async () => {
  const readers = (["nvml", "smi", "health"] as const).map((name) => new FakeReader(name, true));
  start([...readers.map((reader) => ({ reader })), { reader: new FakeReader("simulated", true) }], {
    isAutomatic: true,
    random: () => random.next(),
  });
  for (let second = 0; second < 600; second += 1) {
    // One of them answers in each second, the others by chance.
    const certain = random.below(readers.length);
    for (const [at, reader] of readers.entries())
      reader.works = at === certain || random.next() < 0.3;
    await pass(1_000);
  }
  const times = samples.map(({ recordedAtMs }) => recordedAtMs);
  expect(new Set(times).size).toBe(times.length);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  for (const { gpuUuid, source } of samples) expect(gpuUuid).toBe(`uuid-${source}`);
  expect(new Set(used())).toEqual(new Set(["nvml", "smi", "health"]));

  // The portal writes a line for each source whose state or detail is new (server/gpu/collector-process.ts).
  let lines = 0;
  let handOvers = 0;
  const last = new Map<string, string>();
  for (const { source, state, detail } of sent.flat()) {
    const content = `${state} ${detail}`;
    if (last.get(source) !== content) lines += 1;
    last.set(source, content);
  }
  for (let i = 1; i < samples.length; i += 1) {
    if (samples[i]!.source !== samples[i - 1]!.source) handOvers += 1;
  }
  const contents = sent.map((sources) =>
    JSON.stringify(sources.map(({ source, state, detail }) => [source, state, detail])),
  );
  // Once a minute the times of the checks are sent without a change.
  const repeats = contents.filter((content, index) => content === contents[index - 1]);
  expect(repeats.length).toBeLessThanOrEqual(10);
  process.stdout.write(
    `N5: seed ${random.seed}, ${samples.length} samples, ${handOvers} hand-overs, ${sent.length} statuses, ${lines} lines\n`,
  );
  expect(lines).toBeLessThanOrEqual(2 * sent.length);
  expect(readers.reduce((sum, { running }) => sum + running, 0)).toBeLessThanOrEqual(3);
});
