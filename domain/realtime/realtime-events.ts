import * as z from "zod";
import { GpuSample } from "../gpu/gpu-sample";
import { GpuUuid } from "../gpu/gpu-uuid";
import type { PressureChange } from "../pressure/gpu-pressure";
import { SourceStatus } from "../gpu/source-status";
import type { BudgetMarkReached } from "../tokens/token-budget";
import type { SilentCut } from "../tokens/usage-report";

/** All samples of one poll. `sequence` counts up by one a tick: a client sees that it missed one. */
export const GpuTick = z.object({
  sequence: z.int().min(0),
  serverTimeMs: z.int(),
  pollIntervalMs: z.int(),
  simulated: z.boolean(),
  samples: z.array(GpuSample),
});
export type GpuTick = z.infer<typeof GpuTick>;

export const SourceChange = z.object({ sources: z.array(SourceStatus), serverTimeMs: z.int() });
export type SourceChange = z.infer<typeof SourceChange>;

/**
 * `gpus` carries every tick with all GPUs; `gpu:<uuid>` the same tick with that GPU alone; `tokens` what happens to prompts and budgets.
 */
export const RoomName = z.union([
  z.literal("gpus"),
  z.literal("tokens"),
  z.custom<`gpu:${string}`>(
    (name) =>
      typeof name === "string" &&
      name.startsWith("gpu:") &&
      GpuUuid.safeParse(name.slice(4)).success,
  ),
]);
export type RoomName = z.infer<typeof RoomName>;

export type JoinAnswer = { ok: true } | { ok: false; message: string; requestId: string };

/** socket.io events, server to client. */
export interface ServerEvents {
  "gpu:tick": (tick: GpuTick) => void;
  "gpu:sources": (change: SourceChange) => void;
  /** In the rooms `gpus` and `gpu:<uuid>`: a level was entered, or critical is near. */
  "gpu:pressure": (change: PressureChange) => void;
  /** In the room `tokens`: a server counted fewer prompt tokens than were sent. */
  "tokens:cut": (cut: SilentCut) => void;
  /** In the room `tokens`: a budget reached 50, 80 or 100 % of its day, once a day. */
  "tokens:budget-mark": (mark: BudgetMarkReached) => void;
  /** The last one before the server closes: the session or key was revoked or has ended, or its rights have changed. */
  "access:ended": (end: { message: string }) => void;
}

/** What comes in the room `tokens`, as one. */
export type TokenEvent =
  { kind: "cut"; cut: SilentCut } | { kind: "budget-mark"; mark: BudgetMarkReached };

/** socket.io events, client to server. */
export interface ClientEvents {
  join: (room: RoomName, answer: (result: JoinAnswer) => void) => void;
  leave: (room: RoomName) => void;
}
