"use client";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useGpuTicks, useLive, useLiveStore } from "@/components/layout/live-connection";
import { useFleet } from "@/components/layout/use-fleet";
import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { isStale } from "@/domain/gpu/staleness";
import type { GpuTick, RoomName } from "@/domain/realtime/realtime-events";

const CLOCK_MS = 1_000;

interface LiveState {
  samples: ReadonlyMap<string, GpuSample>;
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
      nowMs: Math.max(known.nowMs, tick.serverTimeMs),
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
        return nowMs - known.nowMs < CLOCK_MS ? known : { ...known, nowMs };
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

const never = () => () => undefined;
const isInBrowser = () => true;
const isBuilding = () => false;

function withTick(samples: ReadonlyMap<string, GpuSample>, tick: GpuTick) {
  const next = new Map(samples);
  for (const sample of tick.samples) next.set(sample.gpuUuid, sample);
  return next;
}

function mergeFleet(answer: GpuFleet, state: LiveState, isPaused: boolean): GpuFleet {
  const answered = new Map(answer.gpus.map((gpu) => [gpu.sample.gpuUuid, gpu]));
  const uuids = new Set([...answered.keys(), ...state.samples.keys()]);
  const gpus = [...uuids].flatMap((gpuUuid): LatestGpu[] => {
    const old = answered.get(gpuUuid);
    const fresh = state.samples.get(gpuUuid);
    if (fresh && (!old || isPaused || fresh.recordedAtMs >= old.sample.recordedAtMs))
      return [{ sample: fresh, stale: staleNow(fresh, state.nowMs, answer.pollIntervalMs) }];
    if (!old) return [];
    return [
      { ...old, stale: old.stale || staleNow(old.sample, state.nowMs, answer.pollIntervalMs) },
    ];
  });
  gpus.sort((left, right) => left.sample.gpuIndex - right.sample.gpuIndex);
  return { ...answer, gpus, simulated: gpus.some((gpu) => gpu.sample.source === "simulated") };
}

function staleNow({ recordedAtMs }: GpuSample, nowMs: number, pollIntervalMs: number): boolean {
  return isStale({ recordedAtMs, nowMs, pollIntervalMs });
}
