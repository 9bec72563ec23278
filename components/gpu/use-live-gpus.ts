"use client";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useGpuTicks, useLive, useLiveStore } from "@/components/layout/live-connection";
import { useFleet } from "@/components/layout/use-fleet";
import { compareGpus } from "@/domain/fleet/fleet-rows";
import { type CarriedSample, carryValues } from "@/domain/gpu/carried-values";
import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { isStale } from "@/domain/gpu/staleness";
import type { GpuTick, RoomName } from "@/domain/realtime/realtime-events";

const CLOCK_MS = 1_000;
const CLOCK_JUMP_MS = 5_000;

interface LiveState {
  /** With the values of earlier ticks that a source does not read in each. */
  samples: ReadonlyMap<string, CarriedSample>;
  /** Server time; stands still while paused. */
  nowMs: number;
}

export interface LiveGpus {
  fleet: GpuFleet | null;
  error: unknown;
  retry: () => void;
  isPaused: boolean;
  nowMs: number;
}

/**
 * All GPUs with their newest samples: the server's answer first, each tick of `room` on top of it. A GPU turns
 * stale by the clock, without a message. `onSamples` gets each tick's samples and the server's time.
 */
export function useLiveGpus(
  room: RoomName | null,
  onSamples: (samples: readonly GpuSample[], nowMs: number) => void,
): LiveGpus {
  const query = useFleet();
  const live = useLiveStore();
  const { paused, connected } = useLive();
  const [state, setState] = useState<LiveState>(() => ({
    samples: new Map(),
    nowMs: live.serverNowMs(),
  }));
  useGpuTicks(room, (tick: GpuTick) => {
    setState((known) => ({
      samples: withTick(known.samples, tick),
      nowMs: laterOf(known.nowMs, tick.serverTimeMs),
    }));
    onSamples(tick.samples, tick.serverTimeMs);
  });
  useEffect(() => {
    // While live is cut nothing is known of now: the GPUs are not to blame for it.
    if (paused || !connected) return;
    // Only when no tick came: a silent GPU grows older and a live range moves on.
    const timer = setInterval(() => {
      setState((known) => {
        const nowMs = live.serverNowMs();
        const isYoung = nowMs - known.nowMs < CLOCK_MS;
        return isYoung && laterOf(known.nowMs, nowMs) === known.nowMs ? known : { ...known, nowMs };
      });
    }, CLOCK_MS / 2);
    return () => {
      clearInterval(timer);
    };
  }, [live, paused, connected]);

  const { refetch } = query;
  // The frame may have the answer before this page is hydrated; what is hydrated must equal what was built.
  const isHydrated = useSyncExternalStore(never, isInBrowser, isBuilding);
  const data = isHydrated ? query.data : undefined;
  const fleet = useMemo(
    () => (data ? mergeFleet(data, state, paused) : null),
    [data, state, paused],
  );
  const retry = useCallback(() => {
    void refetch();
  }, [refetch]);
  return {
    fleet,
    error: isHydrated && !data ? query.error : null,
    retry,
    isPaused: paused,
    nowMs: state.nowMs,
  };
}

/** Time goes on; it goes back only when it turns out that the browser's clock had been taken for the server's. */
function laterOf(knownMs: number, serverTimeMs: number): number {
  return knownMs - serverTimeMs > CLOCK_JUMP_MS ? serverTimeMs : Math.max(knownMs, serverTimeMs);
}

const never = () => () => undefined;
const isInBrowser = () => true;
const isBuilding = () => false;

function withTick(samples: LiveState["samples"], tick: GpuTick) {
  const next = new Map(samples);
  for (const sample of tick.samples)
    next.set(sample.gpuUuid, carryValues(next.get(sample.gpuUuid) ?? null, sample));
  return next;
}

/** What no tick has brought yet comes from the server's answer. */
function onAnswer(old: LatestGpu | undefined, fresh: CarriedSample): CarriedSample {
  const { sample, carriedFromMs } = carryValues(old ?? null, fresh.sample);
  return { sample, carriedFromMs: { ...carriedFromMs, ...fresh.carriedFromMs } };
}

function mergeFleet(answer: GpuFleet, state: LiveState, isPaused: boolean): GpuFleet {
  const answered = new Map(answer.gpus.map((gpu) => [gpu.sample.gpuUuid, gpu]));
  const uuids = new Set([...answered.keys(), ...state.samples.keys()]);
  const gpus = [...uuids].flatMap((gpuUuid): LatestGpu[] => {
    const old = answered.get(gpuUuid);
    const fresh = state.samples.get(gpuUuid);
    if (fresh && (!old || isPaused || fresh.sample.recordedAtMs >= old.sample.recordedAtMs))
      return [
        {
          ...onAnswer(old, fresh),
          stale: staleNow(fresh.sample, state.nowMs, answer.pollIntervalMs),
        },
      ];
    if (!old) return [];
    return [
      { ...old, stale: old.stale || staleNow(old.sample, state.nowMs, answer.pollIntervalMs) },
    ];
  });
  gpus.sort(compareGpus([...new Set(answer.gpus.map(({ sample }) => sample.host))]));
  return { ...answer, gpus, simulated: gpus.some((gpu) => gpu.sample.source === "simulated") };
}

function staleNow({ recordedAtMs }: GpuSample, nowMs: number, pollIntervalMs: number): boolean {
  return isStale({ recordedAtMs, nowMs, pollIntervalMs });
}
