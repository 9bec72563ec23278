import type { LookupFunction } from "node:net";
import { databaseProblem } from "@/server/database";
import { type AppError, isAppError } from "@/server/errors";
import type { Logger } from "@/server/logger";
import type { ModelServerCounts } from "@/server/tokens";
import { countByServer, observeServer } from "./ask-server";
import { fromDatabase, noSuchServer } from "./list-servers";
import type { AskableServer, ModelServerStore, ServerObservation } from "./model-server-store";
import { RequestSlots } from "./request-slots";

const OBSERVE_EVERY_MS = 60_000;
/** A failure that took this long costs every caller as much: for a while nobody else is made to wait for it. */
const SLOW_FAILURE_MS = 1_000;
const REST_MS = 10_000;
const TEST_TEXT = "How many tokens are in this sentence?";

interface Known {
  /** The server as it was when it was looked at: another address or model is looked at anew. */
  signature: string;
  observing: Promise<ServerObservation>;
  atMs: number;
}

export interface ServerCounterOptions {
  store: ModelServerStore;
  logger: Pick<Logger, "warn">;
  nowMs: () => number;
  /** For tests, as the next. */
  lookup?: LookupFunction;
  withinMs?: number;
}

/**
 * Counts by model servers. Before it counts it looks, once a minute at most, at what the server is and has, and stores it: a server that
 * got another model is found out within that time. One that failed slowly is not asked again for 10 s. Some requests at a time a server, the others wait.
 */
export class ServerCounter implements ModelServerCounts {
  readonly #options: ServerCounterOptions;
  readonly #known = new Map<string, Known>();
  readonly #slots = new Map<string, RequestSlots>();
  /** Servers that failed slowly, and with what. */
  readonly #resting = new Map<string, { signature: string; untilMs: number; error: AppError }>();

  constructor(options: ServerCounterOptions) {
    this.#options = options;
  }

  /** A count a text, in order. Throws UPSTREAM, NOT_FOUND, TOO_LARGE, TOO_MANY; what it throws is stored as the last error. */
  async count(
    serverId: string,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ tokens: number[]; name: string }> {
    const server = await fromDatabase(() => this.#options.store.readAskable(serverId));
    if (!server) {
      this.forget(serverId);
      throw noSuchServer();
    }
    this.#throwWhileResting(server);
    const startedMs = this.#options.nowMs();
    try {
      await this.#look(server);
      signal.throwIfAborted();
      return { tokens: await this.#countAll(server, texts, signal), name: server.name };
    } catch (error) {
      if (!signal.aborted) {
        this.#restAfter(server, startedMs, error);
        await this.#noteFailure(server, error);
      }
      throw error;
    }
  }

  /** Looks and counts a short text, whatever is known. Throws as `count`. */
  async test(
    server: AskableServer,
    signal: AbortSignal,
  ): Promise<{ tokens: number; observation: ServerObservation }> {
    this.#known.delete(server.id);
    this.#resting.delete(server.id);
    try {
      const observation = await this.#look(server);
      const [tokens = 0] = await this.#countAll(server, [TEST_TEXT], signal);
      return { tokens, observation };
    } catch (error) {
      await this.#noteFailure(server, error);
      throw error;
    }
  }

  /** It was changed or deleted. */
  forget(serverId: string): void {
    this.#known.delete(serverId);
    this.#slots.delete(serverId);
    this.#resting.delete(serverId);
  }

  #throwWhileResting(server: AskableServer): void {
    const resting = this.#resting.get(server.id);
    if (!resting) return;
    const isOver = this.#options.nowMs() >= resting.untilMs;
    if (isOver || resting.signature !== JSON.stringify(server)) this.#resting.delete(server.id);
    else throw resting.error;
  }

  #restAfter(server: AskableServer, startedMs: number, error: unknown): void {
    const nowMs = this.#options.nowMs();
    if (!isAppError(error) || error.code !== "UPSTREAM" || nowMs - startedMs < SLOW_FAILURE_MS)
      return;
    const signature = JSON.stringify(server);
    this.#resting.set(server.id, { signature, untilMs: nowMs + REST_MS, error });
  }

  /** Callers that come while it looks wait for the same answer. What failed is tried again by the next one. */
  #look(server: AskableServer): Promise<ServerObservation> {
    const { nowMs } = this.#options;
    const signature = JSON.stringify(server);
    const known = this.#known.get(server.id);
    const isFresh = known?.signature === signature && nowMs() - known.atMs < OBSERVE_EVERY_MS;
    if (isFresh) return known.observing;
    const observing = this.#observe(server);
    const looked = { signature, observing, atMs: nowMs() };
    this.#known.set(server.id, looked);
    observing.catch(() => {
      if (this.#known.get(server.id) === looked) this.#known.delete(server.id);
    });
    return observing;
  }

  async #observe(server: AskableServer): Promise<ServerObservation> {
    const { store, nowMs, lookup, withinMs } = this.#options;
    // Nobody's own request: whoever asked first may leave.
    const { signal } = new AbortController();
    const observation = await observeServer(server, { signal, lookup, withinMs });
    await this.#store(() => store.observed(server, observation, nowMs()));
    return observation;
  }

  async #countAll(
    server: AskableServer,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<number[]> {
    const slots = this.#slots.get(server.id) ?? new RequestSlots(server.name);
    this.#slots.set(server.id, slots);
    const { lookup, withinMs } = this.#options;
    const failed = new AbortController(); // one that fails ends the others
    const any = AbortSignal.any([signal, failed.signal]);
    try {
      return await slots.all(texts, any, (text) =>
        text === ""
          ? Promise.resolve(0)
          : countByServer(server, text, { signal: any, lookup, withinMs }),
      );
    } finally {
      failed.abort();
    }
  }

  async #noteFailure(server: AskableServer, error: unknown): Promise<void> {
    if (!isAppError(error) || error.code !== "UPSTREAM") return;
    this.#known.delete(server.id);
    await this.#store(() =>
      this.#options.store.failed(server, error.message, this.#options.nowMs()),
    );
  }

  /** What was seen is worth less than the count: a database that is away does not end it. */
  async #store(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.logger.warn(
        { problem: databaseProblem(error).message },
        "What a model server told was not stored",
      );
    }
  }
}

/** What a test of a server found, as a sentence. */
export function testSentence(tokens: number, observation: ServerObservation): string {
  const { slotWindow, parallelSlots, model } = observation;
  const full = new Intl.NumberFormat("en-US");
  const parts = [
    `It counts ${full.format(tokens)} tokens in a short sentence`,
    model === null ? null : `runs ${model}`,
    slotWindow === null
      ? "does not tell its context window"
      : `gives a request ${full.format(slotWindow)} tokens`,
    parallelSlots === null ? null : `has ${full.format(parallelSlots)} slots`,
  ].filter((part) => part !== null);
  return `${parts.join(", ")}.`;
}
