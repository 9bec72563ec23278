import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { printFigures } from "@/e2e/faults/print-figures";
import { HostileRequests, type HostileTargets } from "@/fixtures/fuzz/hostile-requests";
import { RawConnection, type RawOutcome } from "@/fixtures/fuzz/raw-connection";
import { seededRandom } from "@/fixtures/seeded-random";
import type { Declaration } from "@/server/policy/policy";
import { cleanUpAll, makeKey, startPortal } from "./portal-process";

// Z2: requests that nobody sends by accident, to the whole product over kept connections: no answer is 5xx, none stays out, nothing
// of the inside is shown, and the server is what it was before. FAULT_SEED takes other requests, REQUESTS more of them.

const REQUESTS = Number(process.env.REQUESTS) || 100_000;
const SEED = Number(process.env.FAULT_SEED) || 24_112_026;
const CONNECTIONS = 16;
/** Ten times what the slowest answer may take: a long poll of 30 s is not asked for. */
const HANG_MS = 25_000;
/** Measured: 210 when it is ready, 525 after 20,000 requests and 545 after 48,000. */
const MAX_RESIDENT_MIB = 768;
/** Not ready and not healthy are answers, not failures. */
const healthRoutes = /^(?:GET|HEAD) \/(?:ready|api\/health|api\/system\/health)/;
const inside = /\n\s+at |node:internal|node_modules|\.m?[jt]s:\d|PrismaClient/;

let portal: Awaited<ReturnType<typeof startPortal>>;
let targets: HostileTargets;
let readKey: string;

beforeAll(async () => {
  portal = await startPortal();
  await portal.ready();
  const server = path.resolve(import.meta.dirname, "../../dist/server.mjs");
  const { listPolicies } = (await import(pathToFileURL(server).href)) as {
    listPolicies: () => Promise<Declaration[]>;
  };
  const declared = await listPolicies();
  const namesOf = (kind: string) =>
    declared.filter((one) => one.kind === kind).map(({ name }) => name);
  readKey = await makeKey(portal, "read");
  const keys = [readKey, await makeKey(portal, "ingest"), await makeKey(portal, "control")];
  targets = {
    procedures: namesOf("procedure"),
    routes: namesOf("route"),
    tools: await toolNames(),
    credentials: [
      portal.asAdmin.authorization,
      ...keys.map((key) => `Bearer ${key}`),
      `Bearer ${readKey.toLowerCase()}`,
      "Bearer",
      "Bearer \xff\xfe",
      "Basic YTpi",
      `Bearer ${"x".repeat(8_000)}`,
      "",
    ],
  };
});
afterAll(cleanUpAll);

async function toolNames(): Promise<string[]> {
  const answer = await fetch(`${portal.url}/api/mcp`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${readKey}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  const { result } = (await answer.json()) as { result: { tools: { name: string }[] } };
  return result.tools.map(({ name }) => name);
}

/** Memory of the server's own process, its database not counted. */
function residentMib(): number {
  const status = readFileSync(`/proc/${portal.child.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_024;
}

function faultOf(bytes: Buffer, outcome: RawOutcome): string | null {
  const [line = ""] = bytes.toString("latin1", 0, 300).split("\r\n", 1);
  if (outcome === "silent") return `no answer: ${line}`;
  if (outcome === "closed") return null;
  const { status, head, body } = outcome;
  if (status >= 500 && !healthRoutes.test(line)) return `${status}: ${line}: ${body.slice(0, 300)}`;
  if (inside.test(body) || inside.test(head))
    return `shows its inside: ${line}: ${body.slice(0, 300)}`;
  return null;
}

test("the server takes them all", async () => {
  const requests = new HostileRequests(seededRandom(SEED), targets);
  const outcomes: Record<string, number> = {};
  const kinds: Record<string, number> = {};
  const faults: string[] = [];
  const before = residentMib();
  let most = before;
  let sent = 0;

  async function sendAll(): Promise<void> {
    const connection = new RawConnection(portal.port, HANG_MS);
    while (sent < REQUESTS && faults.length < 20) {
      sent += 1;
      const { kind, bytes, isLast } = requests.next();
      const outcome = await connection.send(bytes, isLast);
      const status = typeof outcome === "object" ? String(outcome.status) : outcome;
      outcomes[status] = (outcomes[status] ?? 0) + 1;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      const fault = faultOf(bytes, outcome);
      if (fault !== null) faults.push(`${kind}: ${fault}\n${bytes.toString("latin1", 0, 1_500)}`);
      if (sent % 500 === 0) most = Math.max(most, residentMib());
    }
    connection.close();
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, sendAll));

  const after = residentMib();
  printFigures("Z2", {
    requests: sent,
    seed: SEED,
    ...outcomes,
    "MiB before": before.toFixed(0),
    "at most": most.toFixed(0),
    after: after.toFixed(0),
  });
  printFigures("Z2 kinds", kinds);
  expect(faults).toEqual([]);
  // Every way in answered, and not with refusals alone.
  expect(outcomes["200"]).toBeGreaterThan(sent / 50);
  expect(Math.max(most, after)).toBeLessThan(MAX_RESIDENT_MIB);
  expect(portal.child.exitCode).toBeNull();
  expect(portal.output()).not.toMatch(/unhandled|uncaught|FATAL ERROR/i);
  const headers = { authorization: `Bearer ${readKey}` };
  const answer = await fetch(`${portal.url}/api/trpc/gpu.latest`, { headers });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('"gpus"');
});
