import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KeyKind } from "@/domain/identity/api-key";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { allValues, gpuSample } from "@/fixtures/gpu-samples";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { TEST_HOST, testFeatures } from "@/fixtures/test-features";
import type { Actor } from "@/server/policy/policy";
import { mcpRoutes } from "@/server/mcp";
import { tools } from "./tools";

// The endpoint on our HTTP server, over features whose stores are fakes, called by the client of the protocol's own package.

const UUID = "GPU-aaaa";
let parts: ReturnType<typeof testFeatures>;
let http: TestHttp;
let clients: Client[];
let failing: Error | null;

const actors: Record<string, Actor> = {
  viewer: userActor("viewer"),
  admin: userActor("admin"),
  revoked: {
    ...anonymousActor,
    refusal: { code: "UNAUTHENTICATED", message: "This key no longer holds." },
  },
  loopback: { ...anonymousActor, role: "viewer" },
  nobody: anonymousActor,
};

function actorOf(name: string): Actor {
  return actors[name] ?? keyActor(name as KeyKind);
}

function pressureEvent(atMs: number): PressureEvent {
  return {
    sequence: 1,
    kind: "level",
    gpuUuid: UUID,
    host: TEST_HOST,
    gpuIndex: 0,
    source: "smi",
    atMs,
    fromLevel: "normal",
    level: "warning",
    sharePercent: 90,
    memoryUsedMib: 900,
    memoryTotalMib: 1_000,
    secondsToCritical: null,
    confidence: null,
  };
}

beforeEach(async () => {
  const nowMs = Date.now();
  failing = null;
  clients = [];
  parts = testFeatures({
    events: [pressureEvent(nowMs - 30_000)],
    store: {
      readHistory: async (selection) => {
        if (failing) throw failing;
        const at = selection.fromMs;
        const column = [10, null, 40];
        return {
          truncated: false,
          series: selection.gpuUuids.map((gpuUuid) => ({
            gpuUuid,
            gpuIndex: 0,
            gpuName: "Test GPU",
            timesMs: [at, at + 1_000, at + 2_000],
            counts: [1, 0, 3],
            mean: {
              utilizationPercent: column,
              throttleReasons: [5, null, 4],
              xidCode: [0, 0, 79],
            },
            min: {
              utilizationPercent: [5, null, 30],
              throttleReasons: [5, null, 4],
              xidCode: [0, 0, 79],
            },
            max: {
              utilizationPercent: [15, null, 60],
              throttleReasons: [5, null, 4],
              xidCode: [0, 0, 79],
            },
            sources: ["smi", null, "smi"],
            knownUntilMs: at + 3_000,
          })),
        };
      },
    },
  });
  const values = { ...allValues(3), powerWatts: null, throttleReasons: 4, memoryUsedMib: 900 };
  const sample = { host: TEST_HOST, recordedAtMs: nowMs, gpuUuid: UUID };
  parts.gpu.acceptSamples([
    gpuSample({ ...sample, values, missing: { powerWatts: "not_supported" } }),
    gpuSample({ ...sample, gpuUuid: "GPU-bbbb", gpuIndex: 1, source: "simulated" }),
  ]);
  parts.gpu.acceptQuarantined([
    {
      gpuUuid: UUID,
      metric: "utilizationPercent",
      source: "smi",
      recordedAtMs: nowMs - 10_000,
      rawValue: "255",
    },
  ]);
  http = await startTestHttp({
    routes: mcpRoutes({
      features: parts.features,
      version: "1.2.3",
      nowMs: Date.now,
      logger: pino({ enabled: false }),
    }),
    actorOf: (req) => actorOf(String(req.headers["x-test-actor"] ?? "read")),
  });
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await http.stop();
  await parts.stop();
});

async function connect(as = "read"): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  clients.push(client);
  const transport = new StreamableHTTPClientTransport(new URL(`${http.origin}/api/mcp`), {
    requestInit: { headers: { "x-test-actor": as } },
  });
  await client.connect(transport);
  return client;
}

async function call(name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> {
  const client = await connect();
  await client.listTools(); // from now on the client checks each answer against the tool's own schema
  return (await client.callTool({ name, arguments: args })) as CallToolResult;
}

async function dataOf(name: string, args: Record<string, unknown> = {}) {
  const result = await call(name, args);
  expect(result.isError, textOf(result)).toBeUndefined();
  const [, json] = result.content;
  expect(JSON.parse(json?.type === "text" ? json.text : "")).toEqual(result.structuredContent);
  return result.structuredContent;
}

function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

describe("the list", () => {
  test("the server says who it is, and every tool has a title, a description and schemas, and only reads", async () => {
    const client = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: "sightline", version: "1.2.3" });
    expect(client.getInstructions()).toContain("Null is not known");
    const { tools: listed } = await client.listTools();
    expect(listed.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
    for (const tool of listed) {
      expect(tool.name).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(tool.title?.length).toBeGreaterThan(5);
      expect(tool.description?.length).toBeGreaterThan(60);
      expect(tool.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect(tool.inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(tool.outputSchema).toMatchObject({ type: "object" });
    }
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
  });

  test("names and descriptions of all tools fit into a small part of a model's context", async () => {
    const { tools: listed } = await (await connect()).listTools();
    const seen = listed.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema,
    }));
    expect(JSON.stringify(seen).length).toBeLessThan(10_000);
  });
});

describe("the tools", () => {
  test("state: values with the reason of each that is null, throttle reasons in words, and what is simulated", async () => {
    const state = await dataOf("get_gpu_state");
    expect(state).toMatchObject({
      gpus: [
        {
          gpu: `${TEST_HOST}/0`,
          uuid: UUID,
          simulated: false,
          stale: false,
          throttling: ["SW power cap"],
          values: { powerWatts: null, memoryUsedMib: 900 },
          missing: { powerWatts: "not_supported" },
        },
        { gpu: `${TEST_HOST}/1`, simulated: true },
      ],
    });
    expect(await dataOf("get_gpu_state", { gpu: `${TEST_HOST}/1` })).toMatchObject({
      gpus: [{ uuid: "GPU-bbbb" }],
    });
  });

  test("history: columns of the step that the server chose", async () => {
    const history = await dataOf("get_gpu_history", {
      gpus: ["0", UUID],
      metrics: ["utilizationPercent", "utilizationPercent"],
      from: "2026-05-01T12:00:00Z",
      to: "2026-05-01T13:00:00Z",
      maxPoints: 60,
    });
    expect(history).toMatchObject({
      from: "2026-05-01T12:00:00.000Z",
      to: "2026-05-01T13:00:00.000Z",
      stepSeconds: 60,
      series: [
        {
          gpu: `${TEST_HOST}/0`,
          metrics: [
            {
              metric: "utilizationPercent",
              unit: "%",
              mean: [10, null, 40],
              min: [5, null, 30],
              max: [15, null, 60],
            },
          ],
        },
      ],
    });
    expect(history?.series).toHaveLength(1);
  });

  test("history: the step grows so that the answer stays small", async () => {
    const range = { from: "2026-05-01T12:00:00Z", to: "2026-05-01T13:00:00Z", maxPoints: 500 };
    const one = await dataOf("get_gpu_history", { ...range, metrics: ["powerWatts"], gpus: ["0"] });
    expect(one?.stepSeconds).toBe(10);
  });

  test("pressure now, of all and of one", async () => {
    await expect
      .poll(() => dataOf("get_memory_pressure", { gpu: UUID }))
      .toMatchObject({ gpus: [{ uuid: UUID, memoryUsedMib: 900 }] });
    const all = await dataOf("get_memory_pressure");
    expect(all?.gpus).toHaveLength(2);
  });

  test("pressure events of the last hour", async () => {
    expect(await dataOf("list_pressure_events")).toMatchObject({
      events: [{ gpu: `${TEST_HOST}/0`, level: "warning", sharePercent: 90, simulated: false }],
      truncated: false,
    });
    expect(
      await dataOf("list_pressure_events", { to: "2026-05-01", from: "2026-04-30" }),
    ).toMatchObject({ events: [] });
  });

  test("what was set aside", async () => {
    expect(await dataOf("list_quarantined_values")).toMatchObject({
      values: [{ gpu: `${TEST_HOST}/0`, rawValue: "255" }],
      counts: [{ metric: "utilizationPercent", count: 1 }],
    });
  });

  test("processes: why there is no list", async () => {
    expect(await dataOf("list_gpu_processes", { gpu: "0" })).toMatchObject({
      uuid: UUID,
      processes: [],
    });
  });

  test("hosts that send", async () => {
    expect(await dataOf("list_agents")).toMatchObject({ agents: [] });
  });

  test("tokens of a text, and whether it fits, which nobody records", async () => {
    expect(await dataOf("count_tokens", { text: "Hello", encoding: "r50k_base" })).toMatchObject({
      tokens: 1,
      method: { kind: "encoding", name: "r50k_base" },
    });
    const over = await dataOf("validate_prompt", { text: "word ".repeat(2_600) });
    expect(over).toMatchObject({ outcome: "over", availableTokens: 2_560, profile: "llama-3-8b" });
    const near = { text: "Hello", maxOutputTokens: 4_095 };
    expect(await dataOf("validate_prompt", near)).toMatchObject({
      outcome: "warning",
      utilization: 1,
    });
  });

  test("around a time: events, Xid errors, impossible values, and minimum, mean and maximum of each metric", async () => {
    const at = new Date().toISOString();
    const around = await dataOf("what_happened_around", { at, minutes: 5, gpu: UUID });
    expect(around).toMatchObject({
      at,
      pressureEvents: [{ level: "warning" }],
      xids: [{ gpu: `${TEST_HOST}/0`, code: 79, isEarlier: false }],
      quarantined: [{ rawValue: "255" }],
      gpus: [
        {
          uuid: UUID,
          samples: 4,
          metrics: {
            utilizationPercent: { min: 5, mean: 32.5, max: 60 },
            throttleReasons: { min: 4, mean: null, max: 5 },
          },
        },
      ],
      gpusLeftOut: 0,
    });
    expect((around?.gpus as { unknown: string[] }[])[0]?.unknown).toContain("powerWatts");
  });
});

describe("what goes wrong is told as the tool's answer", () => {
  test.each([
    ["an unknown GPU", "get_gpu_state", { gpu: "nowhere/7" }, /No GPU has this index/],
    [
      "a bad time",
      "what_happened_around",
      { at: "yesterday" },
      /at: at must be a time in ISO 8601/,
    ],
    ["a time to come", "what_happened_around", { at: "2999-01-01" }, /has come already/],
    ["a missing argument", "list_gpu_processes", {}, /^gpu: /],
    ["an unknown argument", "list_agents", { all: true }, /a field that is not known here/],
    ["a text that is too long", "count_tokens", { text: "a".repeat(200_001) }, /200,000/],
    [
      "an answer that leaves no room",
      "validate_prompt",
      { text: "a", maxOutputTokens: 4_096 },
      /maxOutputTokens: .* must be less/,
    ],
    ["too many points", "get_gpu_history", { maxPoints: 501 }, /maxPoints: .*500/],
    [
      "a range the wrong way round",
      "get_gpu_history",
      { from: "2026-05-02", to: "2026-05-01" },
      /from must be before to/,
    ],
    [
      "a range that is too long",
      "list_pressure_events",
      { from: "2026-01-01", to: "2026-05-01" },
      /31 days at most/,
    ],
  ])("%s", async (...row) => {
    const [, tool, args, expected] = row;
    const result = await call(tool, args);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(expected);
    expect(textOf(result)).not.toMatch(/MCP error|\bat .*\.ts|node_modules/);
  });

  test("a database that is away is a sentence, and its own text stays inside", async () => {
    failing = new Error("connect ECONNREFUSED 10.0.0.7:5432");
    const result = await call("get_gpu_history", { from: "2026-05-01", to: "2026-05-02" });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^The database does not answer/);
    expect(textOf(result)).not.toContain("10.0.0.7");
  });

  test("an unknown failure shows the request id and nothing of itself", async () => {
    parts.features.gpu.quarantined.list = () => {
      throw new Error("secret path /srv/x");
    };
    const result = await call("list_quarantined_values");
    expect(textOf(result)).toMatch(
      /^The server failed\. Its log says why, under the request id \S+\.$/,
    );
  });

  test("a tool that is not there is an error of the protocol", async () => {
    await expect(call("drop_tables")).rejects.toThrow(/No tool has this name/);
  });
});

describe("who may ask", () => {
  test.each(["read", "viewer key", "operator", "control", "admin key"])(
    "a key of the kind %s may",
    async (kind) => {
      actors[kind] = keyActor(kind.split(" ")[0] as KeyKind);
      const client = await connect(kind);
      expect((await client.listTools()).tools.length).toBeGreaterThan(5);
      const result = await client.callTool({ name: "get_gpu_state", arguments: {} });
      expect(result.isError).toBeUndefined();
    },
  );

  test.each([
    ["ingest", 403, "a key of the kind ingest"],
    ["revoked", 401, "This key no longer holds."],
    ["viewer", 401, "Tools need an API key that may read"],
    ["admin", 401, "Tools need an API key that may read"],
    ["loopback", 401, "Tools need an API key that may read"],
    ["nobody", 401, "Tools need an API key that may read"],
  ])("%s may not: %i", async (who, status, sentence) => {
    await expect(connect(who)).rejects.toThrow();
    const answer = await post(
      { jsonrpc: "2.0", id: 1, method: "tools/list" },
      { "x-test-actor": who },
    );
    expect(answer.status).toBe(status);
    expect(answer.headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
    expect(await answer.text()).toContain(sentence);
  });

  test("a page of another site may not, whatever it sends", async () => {
    const answer = await post(list, { origin: "http://evil.example" });
    expect(answer.status).toBe(403);
  });
});

const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const usual = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

function post(body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${http.origin}/api/mcp`, {
    method: "POST",
    headers: { ...usual, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("the transport", () => {
  test("GET and DELETE are 405, as of a server without sessions", async () => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await fetch(`${http.origin}/api/mcp`, { method, headers: usual });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toContain("POST");
    }
  });

  test("an answer is JSON, whole, and starts no session", async () => {
    const answer = await post(list);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("mcp-session-id")).toBeNull();
    expect(await answer.json()).toMatchObject({ jsonrpc: "2.0", id: 1 });
  });

  test.each([
    ["a notification", { jsonrpc: "2.0", method: "notifications/initialized" }, 202],
    ["an answer that nobody asked for", { jsonrpc: "2.0", id: 9, result: {} }, 202],
    ["no JSON", "{", 422],
    ["a batch", [list, list], 422],
    ["something else", { hello: 1 }, 400],
    ["nothing", "null", 400],
    ["an unknown method", { jsonrpc: "2.0", id: 1, method: "resources/list" }, 200],
    ["a prototype", `{"jsonrpc":"2.0","id":1,"method":"tools/list","__proto__":{"a":1}}`, 400],
  ])("%s", async (_name, body, status) => {
    expect((await post(body)).status).toBe(status);
    expect(Object.prototype).not.toHaveProperty("a");
  });

  test.each([
    ["text", { "content-type": "text/plain" }, 415],
    ["no event stream accepted", { accept: "application/json" }, 406],
    ["a protocol of the future", { "mcp-protocol-version": "2999-01-01" }, 400],
    ["a protocol that is known", { "mcp-protocol-version": "2025-06-18" }, 200],
  ])("headers: %s", async (_name, headers, status) => {
    expect((await post(list, headers)).status).toBe(status);
  });

  test("a body of more than 1 MB is refused", async () => {
    const answer = await post({ ...list, params: { _meta: { filling: "x".repeat(1_100_000) } } });
    expect(answer.status).toBe(413);
  });
});
