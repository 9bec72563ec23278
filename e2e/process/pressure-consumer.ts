import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The part of the answer that a consumer acts on. */
interface Advice {
  version: number;
  current_level: string | null;
  advised_concurrency: number;
}

/**
 * An inference service as somebody else would write it: a semaphore that lets as many in as the portal advises. It knows the
 * public address and nothing of ours.
 */
export class InferenceSemaphore {
  /** Every limit that it had, the newest last. */
  readonly limits: number[] = [];
  readonly levels: (string | null)[] = [];
  #running = 0;
  #mostRunning = 0;
  readonly #waiting: (() => void)[] = [];

  readonly max: number;

  constructor(max: number) {
    this.max = max;
    this.limits.push(max);
  }

  get limit(): number {
    return this.limits.at(-1) ?? this.max;
  }

  /** The most that ran at once since this was asked last. */
  takeMostRunning(): number {
    const most = this.#mostRunning;
    this.#mostRunning = this.#running;
    return most;
  }

  setLimit({ advised_concurrency: limit, current_level: level }: Advice): void {
    this.levels.push(level);
    if (limit !== this.limit) this.limits.push(limit);
    this.#letIn();
  }

  async run(work: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#letIn();
    });
    try {
      await work();
    } finally {
      this.#running -= 1;
      this.#letIn();
    }
  }

  #letIn(): void {
    while (this.#running < this.limit && this.#waiting.length > 0) {
      this.#running += 1;
      this.#mostRunning = Math.max(this.#mostRunning, this.#running);
      this.#waiting.shift()?.();
    }
  }
}

/** Follows the advice by long polls, also while the portal is away for a moment. */
export async function followByPolls(
  semaphore: InferenceSemaphore,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<void> {
  let version: number | null = null;
  while (!signal.aborted) {
    const wait: string = version === null ? "" : `&wait=30&version=${version}`;
    try {
      const answer = await fetch(`${url}/api/system/gpu/pressure?max=${semaphore.max}${wait}`, {
        signal,
      });
      const advice = (await answer.json()) as Advice;
      version = advice.version;
      semaphore.setLimit(advice);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Follows the advice by server-sent events, resuming where it was. */
export async function followByStream(
  semaphore: InferenceSemaphore,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<string[]> {
  const changes: string[] = [];
  let lastId: string | null = null;
  while (!signal.aborted) {
    try {
      const answer: Response = await fetch(
        `${url}/api/system/gpu/pressure/stream?max=${semaphore.max}`,
        { signal, headers: lastId === null ? {} : { "last-event-id": lastId } },
      );
      let text = "";
      for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(part).toString();
        const messages = text.split("\n\n");
        text = messages.pop() ?? "";
        for (const message of messages) {
          const fields = Object.fromEntries(
            message.split("\n").map((line) => line.split(/: (.*)/s, 2)),
          ) as Record<string, string | undefined>;
          lastId = fields.id ?? lastId;
          if (fields.event === "state") semaphore.setLimit(JSON.parse(fields.data ?? "") as Advice);
          if (fields.event === "change")
            changes.push((JSON.parse(fields.data ?? "") as { level: string }).level);
        }
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return changes;
}

export interface WebhookCall {
  id: string;
  level: string;
  sequence: number;
  isSigned: boolean;
}

/** A receiver as somebody else would write it: it checks signatures and leaves what it has seen. */
export class WebhookReceiver {
  readonly calls: WebhookCall[] = [];
  secret = "";
  port = 0;
  #server: Server | null = null;

  /** Listens; the second time at the same port. */
  async start(): Promise<void> {
    const server = createServer((req, res) => {
      let body = "";
      req.on("data", (chunk: Buffer) => (body += chunk.toString()));
      req.on("end", () => {
        const header = (name: string) => String(req.headers[name]);
        const key = Buffer.from(this.secret.replace(/^whsec_/, ""), "base64");
        const signature = createHmac("sha256", key)
          .update(`${header("webhook-id")}.${header("webhook-timestamp")}.${body}`)
          .digest("base64");
        const isSigned = header("webhook-signature").split(" ").includes(`v1,${signature}`);
        const { type, data } = JSON.parse(body) as {
          type: string;
          data: Pick<WebhookCall, "level" | "sequence">;
        };
        const id = header("webhook-id");
        if (type === "gpu.memory_pressure" && !this.calls.some((call) => call.id === id))
          this.calls.push({ id, isSigned, level: data.level, sequence: data.sequence });
        res.writeHead(isSigned ? 204 : 401).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses connections from now on. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await new Promise<void>((resolve) => {
      if (!server) resolve();
      else server.close(() => resolve());
      server?.closeAllConnections();
    });
  }
}
