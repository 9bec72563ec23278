import { io } from "socket.io-client";
import type { GpuTick } from "@/domain/realtime/realtime-events";
import { onCleanUp } from "../process/portal-process";

/** Names one sample: device and time. */
export function sampleKey({ gpuUuid, recordedAtMs }: { gpuUuid: string; recordedAtMs: number }) {
  return `${gpuUuid} ${recordedAtMs}`;
}

export interface SeenTick {
  tick: GpuTick;
  receivedMs: number;
}

export interface TickWatch {
  ticks: SeenTick[];
  disconnects: () => number;
  close: () => void;
}

/** A browser of the live page: every tick that it got, over as many connections as it takes. */
export function watchTicks(url: string): TickWatch {
  const ticks: SeenTick[] = [];
  let disconnects = 0;
  const socket = io(url, {
    transports: ["websocket"],
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
  });
  socket.on("connect", () => socket.emit("join", "gpus", () => undefined));
  socket.on("disconnect", () => disconnects++);
  socket.on("gpu:tick", (tick: GpuTick) => {
    ticks.push({ tick, receivedMs: performance.now() });
  });
  const close = () => {
    socket.close();
  };
  onCleanUp(close);
  return { ticks, disconnects: () => disconnects, close };
}

/** Samples of these ticks that the portal's own collector read. */
export function collectedSamples(ticks: readonly SeenTick[]) {
  return ticks.flatMap(({ tick }) => tick.samples).filter(({ source }) => source === "smi");
}
