import type { Actor } from "@/server/policy/policy";

/** Calls `onEnd` when what the actor came with no longer holds; answers how to stop watching. */
export type WatchActor = (actor: Actor, onEnd: () => void) => () => void;

/** 123 bytes at most: a close frame holds no more. */
export const ACCESS_ENDED = "Your session or key has ended, or its rights have changed.";
