import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import type { SavedPressureWebhook } from "@/domain/pressure/pressure-webhook";
import { auditOrigin } from "@/fixtures/audit-rows";
import { type TestDatabase, withTestDatabase } from "@/fixtures/test-database";
import type { PrismaClient } from "@/prisma/generated/client";
import { createPrisma } from "@/server/db";
import { createPressureStore, createWebhookStore, type PressureContext } from "@/server/pressure";
import { createWebhook } from "./create-webhook";
import { deleteWebhook } from "./delete-webhook";
import { listWebhooks } from "./list-webhooks";
import { testWebhook } from "./test-webhook";
import { updateWebhook } from "./update-webhook";
import { createWebhookDeliverer, type WebhookDeliverer } from "./webhook-deliverer";

const LONG = { timeout: 20_000, interval: 20 };
const HOUR_MS = 3_600_000;
const thresholds = { warningPercent: 85, criticalPercent: 95 };

let database: TestDatabase;
let prisma: PrismaClient;
let nowMs = Date.UTC(2026, 10, 24, 12);

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
let received: Received[] = [];
/** What the receiver answers; it changes from test to test. */
let status: (request: Received) => number = () => 204;
let receiver: Server;
let address = "";

beforeAll(async () => {
  database = await withTestDatabase();
  prisma = createPrisma(database.url);
  receiver = createServer((req, res) => {
    let body = "";
    req.on("data", (chunk: Buffer) => (body += chunk.toString()));
    req.on("end", () => {
      const request = { path: req.url ?? "", headers: req.headers, body };
      received.push(request);
      res.writeHead(status(request)).end("secret of the receiver");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.close();
  await prisma.$disconnect();
  await database.drop();
});

let running: { deliverer: WebhookDeliverer; stop: () => Promise<void> } | null = null;
beforeEach(async () => {
  received = [];
  status = () => 204;
  await prisma.gpuPressureWebhook.deleteMany();
  await prisma.gpuPressureEvent.deleteMany();
  await prisma.gpuPressureState.deleteMany();
});
afterEach(async () => {
  await running?.stop();
  running = null;
});

function start() {
  const end = new AbortController();
  const deliverer = createWebhookDeliverer({
    store: createWebhookStore(prisma),
    thresholds,
    nowMs: () => nowMs,
    onStateChange: () => undefined,
    random: () => 0,
  });
  const run = deliverer.run(end.signal);
  const stop = async () => {
    end.abort();
    await run;
  };
  running = { deliverer, stop };
  return running;
}

const context = (deliverer?: WebhookDeliverer) =>
  ({
    webhooks: createWebhookStore(prisma),
    deliverer,
    nowMs: () => nowMs,
  }) as unknown as PressureContext;

let sequence = 0;
/** So many transitions, one after the other; warning and critical in turn. */
async function change(count: number) {
  const store = createPressureStore(prisma);
  for (let n = 0; n < count; n++) {
    sequence += 1;
    nowMs += 1_000;
    const event: PressureEvent = {
      sequence,
      kind: "level",
      gpuUuid: "a",
      host: "atlas",
      gpuIndex: 0,
      source: "smi",
      atMs: nowMs,
      fromLevel: null,
      level: sequence % 2 === 0 ? "critical" : "warning",
      sharePercent: 90,
      memoryUsedMib: 900,
      memoryTotalMib: 1_000,
      secondsToCritical: null,
      confidence: null,
    };
    await store.saveEvents([event], { nowMs });
  }
}

function oldest(): Received {
  const [first] = received;
  if (!first) throw new Error("Nothing was received.");
  return first;
}

function newest(): Received {
  return received.at(-1) ?? oldest();
}

/** As a receiver checks it, with nothing of ours. */
function isSigned({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const text = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  const expected = createHmac("sha256", key).update(text).digest("base64");
  return headers["webhook-signature"] === `v1,${expected}`;
}
const dataOf = ({ body }: Received) =>
  (JSON.parse(body) as { data: { sequence: number; level: string } }).data;
const statusOf = async (id: string) =>
  (await listWebhooks(context())).webhooks.find((one) => one.id === id)?.status;
const add = (path = "/") =>
  createWebhook(context(), { name: "Inference", url: address + path }, auditOrigin);

describe("deliveries", () => {
  test("each transition once, signed, in order", async () => {
    const { webhook, secret } = await add("/hook?team=a");
    await change(5);
    start();
    await vi.waitFor(() => expect(received).toHaveLength(5), LONG);
    expect(received.every((one) => isSigned(one, secret ?? ""))).toBe(true);
    expect(received.map((one) => dataOf(one).sequence)).toEqual(
      Array.from({ length: 5 }, (_, n) => sequence - 4 + n),
    );
    expect(received[0]).toMatchObject({ path: "/hook?team=a" });
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
      type: "gpu.memory_pressure",
      data: {
        gpu_uuid: "a",
        host: "atlas",
        simulated: false,
        memory_share: 90,
        warning_threshold: 85,
        critical_threshold: 95,
      },
    });
    expect(received[0]?.headers["content-type"]).toBe("application/json");
    await vi.waitFor(
      async () =>
        expect(await statusOf(webhook.id)).toMatchObject({ waitingCount: 0, lastError: null }),
      LONG,
    );
    expect((await statusOf(webhook.id))?.lastSuccessAtMs).toBe(nowMs);
  });

  test("a receiver that fails gets the same message again, and nothing passes it by", async () => {
    const { webhook, secret } = await add();
    let failures = 3;
    status = () => (failures-- > 0 ? 503 : 200);
    await change(3);
    start();
    await vi.waitFor(() => expect(received).toHaveLength(1), LONG);
    await vi.waitFor(
      async () =>
        expect(await statusOf(webhook.id)).toMatchObject({
          lastError: "The target answered 503.",
          waitingCount: 3,
          lastSuccessAtMs: null,
        }),
      LONG,
    );
    await vi.waitFor(() => {
      nowMs += 5_000;
      expect(received).toHaveLength(6);
    }, LONG);
    const ids = received.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(new Set(ids).size).toBe(3);
    const sequences = received.map((one) => dataOf(one).sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(received.every((one) => isSigned(one, secret ?? ""))).toBe(true);
    expect(received.at(-1)?.headers["webhook-timestamp"]).not.toBe(
      received[0]?.headers["webhook-timestamp"],
    );
  });

  test("one target that does not answer holds up no other", async () => {
    const good = await add("/good");
    const bad = await createWebhook(
      context(),
      { name: "Gone", url: "http://127.0.0.1:1/" },
      auditOrigin,
    );
    await change(2);
    start();
    await vi.waitFor(() => expect(received).toHaveLength(2), LONG);
    await vi.waitFor(
      async () =>
        expect(await statusOf(bad.webhook.id)).toMatchObject({
          lastError: "The target refused the connection.",
          waitingCount: 2,
        }),
      LONG,
    );
    expect(await statusOf(good.webhook.id)).toMatchObject({ failedCount: 0, lastError: null });
  });

  test("after 24 h without success it is given up, and the next one has its turn", async () => {
    const { webhook } = await add();
    status = () => 500;
    await change(1);
    const { deliverer } = start();
    await vi.waitFor(() => expect(received).toHaveLength(1), LONG);
    nowMs += 25 * HOUR_MS;
    await change(1);
    await vi.waitFor(
      async () =>
        expect(await statusOf(webhook.id)).toMatchObject({ failedCount: 1, waitingCount: 1 }),
      LONG,
    );
    status = () => 200;
    nowMs += 5_000;
    await vi.waitFor(() => expect(dataOf(newest()).sequence).toBe(sequence), LONG);
    await vi.waitFor(
      () => expect(deliverer.counts()).toMatchObject({ given_up: 1, delivered: 1 }),
      LONG,
    );
  });

  test("what waits survives the end of the sender, and a clock that was set back delays nothing", async () => {
    await add();
    status = () => 500;
    await change(2);
    await (async () => {
      const first = start();
      await vi.waitFor(() => expect(received.length).toBeGreaterThan(0), LONG);
      await first.stop();
    })();
    received = [];
    status = () => 200;
    nowMs -= 5 * HOUR_MS;
    start();
    await vi.waitFor(() => expect(received).toHaveLength(2), LONG);
  });

  test("a target that is off is told nothing; one that is deleted takes its messages along", async () => {
    const off = await add("/off");
    const gone = await add("/gone");
    await updateWebhook(context(), { id: off.webhook.id, enabled: false }, auditOrigin);
    await change(1);
    await deleteWebhook(context(), { id: gone.webhook.id }, auditOrigin);
    const last = await add("/last");
    await change(1);
    start();
    await vi.waitFor(async () => {
      expect((await statusOf(last.webhook.id))?.lastSuccessAtMs).toBe(nowMs);
    }, LONG);
    expect(received.map(({ path }) => path)).toEqual(["/last"]);
    expect(await deleteWebhook(context(), { id: gone.webhook.id }, auditOrigin)).toEqual({
      deleted: false,
    });
  });
});

describe("secrets (S2)", () => {
  const textOf = async () => JSON.stringify(await listWebhooks(context()));

  test("a secret is in the answer that makes it and in no list", async () => {
    const { webhook, secret } = await add();
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(JSON.stringify(webhook)).not.toContain("whsec");
    expect(await textOf()).not.toContain("whsec");
    const renamed = await updateWebhook(context(), { id: webhook.id, name: "Other" }, auditOrigin);
    expect(renamed).toMatchObject({ secret: null, webhook: { name: "Other" } });
  });

  test("another address drops it; the same address, written in another way, does not", async () => {
    const { webhook, secret } = await add("/a");
    const same = await updateWebhook(
      context(),
      {
        id: webhook.id,
        url: `${address}/b/../a#part`,
      },
      auditOrigin,
    );
    expect(same.secret).toBeNull();
    const moved = await updateWebhook(
      context(),
      { id: webhook.id, url: `${address}/b` },
      auditOrigin,
    );
    expect(moved.secret).toMatch(/^whsec_/);
    expect(moved.secret).not.toBe(secret);
    await change(1);
    start();
    await vi.waitFor(() => expect(received).toHaveLength(1), LONG);
    expect(isSigned(oldest(), moved.secret ?? "")).toBe(true);
    expect(isSigned(oldest(), secret ?? "")).toBe(false);
  });

  test("a new one can be made for the same address", async () => {
    const { webhook, secret }: SavedPressureWebhook = await add();
    nowMs += 1_000;
    const renewed = await updateWebhook(
      context(),
      { id: webhook.id, renewSecret: true },
      auditOrigin,
    );
    expect(renewed.secret).not.toBe(secret);
    expect(renewed.webhook.secretAtMs).toBe(nowMs);
  });
});

describe("addresses (Z7)", () => {
  test.each([
    ["http://169.254.169.254/latest", /not allowed/],
    ["http://2852039166/", /not allowed/],
    ["http://0xa9.0xfe.0xa9.0xfe/", /not allowed/],
    ["http://[fe80::1]/", /not allowed/],
    ["http://[::ffff:169.254.169.254]/", /not allowed/],
    ["http://metadata.google.internal/", /not allowed/],
    ["file:///etc/passwd", /http:\/\/ or https:\/\//],
    ["gopher://127.0.0.1/", /http:\/\/ or https:\/\//],
    ["unix:/run/x", /http:\/\/ or https:\/\//],
    ["no address", /http:\/\/ or https:\/\//],
    ["http://user:pass@127.0.0.1/", /user name/],
  ])("%s is not saved", async (url, message) => {
    const error: unknown = await createWebhook(context(), { name: "x", url }, auditOrigin).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "INVALID", message });
    const { webhook } = await add();
    await expect(
      updateWebhook(context(), { id: webhook.id, url }, auditOrigin),
    ).rejects.toMatchObject({
      code: "INVALID",
    });
    expect((await listWebhooks(context())).webhooks).toHaveLength(1);
  });

  test("one that reached the table all the same is refused at connect, and so is a redirect", async () => {
    const store = createWebhookStore(prisma);
    await store.create(
      {
        name: "old",
        url: "http://169.254.169.254/",
        secret: "whsec_AAAA",
        atMs: nowMs,
      },
      auditOrigin,
    );
    await add("/moved");
    status = () => 302;
    await change(1);
    start();
    await vi.waitFor(async () => {
      const { webhooks } = await listWebhooks(context());
      const errors = webhooks.map((one) => one.status.lastError);
      expect(errors).toEqual([
        expect.stringMatching(/redirect \(302\)/),
        expect.stringMatching(/not allowed/),
      ]);
    }, LONG);
    expect(received.every(({ path }) => path === "/moved")).toBe(true);
  });

  test("33 targets are one too many", async () => {
    for (let n = 0; n < 32; n++) await add();
    await expect(add()).rejects.toMatchObject({ code: "INVALID", message: /32/ });
  });
});

describe("the test message", () => {
  test("is signed, says what came back, and leaves the outbox alone", async () => {
    const { deliverer } = start();
    await running?.stop();
    const { webhook, secret } = await add();
    expect(await testWebhook(context(deliverer), { id: webhook.id }, auditOrigin)).toEqual({
      ok: true,
      message: "The target took the test message.",
    });
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({ type: "gpu.memory_pressure.test" });
    expect(isSigned(oldest(), secret ?? "")).toBe(true);
    status = () => 401;
    const failed = await testWebhook(context(deliverer), { id: webhook.id }, auditOrigin);
    expect(failed).toEqual({ ok: false, message: "The target answered 401." });
    const unknown = { id: "00000000-0000-4000-8000-000000000000" };
    await expect(testWebhook(context(deliverer), unknown, auditOrigin)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
