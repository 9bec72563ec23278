import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiKeys } from "@/domain/identity/api-key";
import { cleanUpAll, makeKey, startPortal, until } from "./portal-process";

// The client of the protocol's own package against the whole product, with keys that were made as a person makes them.

let portal: Awaited<ReturnType<typeof startPortal>>;
const clients: Client[] = [];

beforeAll(async () => {
  portal = await startPortal();
  await portal.ready();
  await until("a first sample", async () => {
    const answer = await fetch(`${portal.url}/api/system/gpu`, { headers: portal.asAdmin });
    return ((await answer.json()) as { gpus: unknown[] }).gpus.length > 0;
  });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await cleanUpAll();
});

async function connect(key: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  clients.push(client);
  const headers = { authorization: `Bearer ${key}` };
  const address = new URL(`${portal.url}/api/mcp`);
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers } }));
  return client;
}

/** Arguments for each tool, and what its answer must hold. A tool without a row fails the test. */
const calls: Record<string, { args: () => Record<string, unknown>; holds: RegExp }> = {
  what_happened_around: {
    args: () => ({ at: new Date().toISOString(), minutes: 5 }),
    holds: /"metrics":\{"utilizationPercent":\{"min":\d/,
  },
  get_gpu_state: { args: () => ({}), holds: /"source":"smi".*"memoryUsedMib":\d/ },
  get_gpu_history: {
    args: () => ({ gpus: ["0"], metrics: ["temperatureCelsius"], maxPoints: 500 }),
    holds: /"unit":"°C"/,
  },
  list_gpu_processes: { args: () => ({ gpu: "0" }), holds: /"processes":\[/ },
  get_memory_pressure: { args: () => ({ gpu: "0" }), holds: /"sharePercent":\d/ },
  list_pressure_events: { args: () => ({ limit: 10 }), holds: /"events":\[/ },
  list_quarantined_values: { args: () => ({}), holds: /"counts":\[/ },
  count_tokens: { args: () => ({ text: "Hello" }), holds: /"tokens":1,/ },
  validate_prompt: { args: () => ({ text: "Hello" }), holds: /"outcome":"ok"/ },
  list_agents: { args: () => ({}), holds: /"agents":\[\]/ },
};

test("every tool that the server lists answers a read key, in the form that it promises", async () => {
  const client = await connect(await makeKey(portal, "read"));
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(Object.keys(calls).sort());
  for (const { name } of tools) {
    const row = calls[name];
    // The client itself checks the structured content against the schema of the list.
    await until(`${name} holds what it must`, async () => {
      const result = await client.callTool({ name, arguments: row?.args() ?? {} });
      expect(result.isError, `${name}: ${JSON.stringify(result.content)}`).not.toBe(true);
      return row?.holds.test(JSON.stringify(result.structuredContent)) === true;
    });
  }
});

test("a key that only sends is refused, and a revoked one at once", async () => {
  await expect(connect(await makeKey(portal, "ingest"))).rejects.toThrow(/kind ingest/);
  const secret = await makeKey(portal, "control");
  const client = await connect(secret);
  expect((await client.listTools()).tools).not.toEqual([]);
  const listed = await fetch(`${portal.url}/api/keys/list`, { headers: portal.asAdmin });
  const { keys } = (await listed.json()) as ApiKeys;
  const id = keys.find(({ kind, revokedAtMs }) => kind === "control" && revokedAtMs === null)?.id;
  const revoked = await fetch(`${portal.url}/api/keys/revoke`, {
    method: "POST",
    headers: { ...portal.asAdmin, "content-type": "application/json" },
    body: JSON.stringify({ id }),
  });
  expect(revoked.status).toBe(200);
  await expect(client.listTools()).rejects.toThrow();
  await expect(connect(secret)).rejects.toThrow();
});

test("nobody without a key, though this machine may read pages", async () => {
  const anonymous = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  const answer = await fetch(`${portal.url}/api/mcp`, anonymous);
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  expect(await answer.text()).toContain("API key");
});
