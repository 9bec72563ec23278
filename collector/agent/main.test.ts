import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { anonymousActor, keyActor } from "@/fixtures/actors";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { jsonAnswer } from "@/server/http/route";
import { type AgentOptions, startAgent } from "./main";

const KEY = "0123456789abcdef0123456789abcdef";
let folder: string;
let http: TestHttp;
let lines: string[];

const file = (name: string, text: string) => {
  const full = path.join(folder, name);
  writeFileSync(full, text, { mode: 0o600 });
  return full;
};

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-agent-"));
  lines = [];
  http = await startTestHttp({
    routes: [
      {
        method: "POST",
        path: "/api/ingest/gpu-samples",
        policy: "ingest",
        handle: () =>
          jsonAnswer({
            service: "sightline",
            version: "1.2.3",
            accepted: 0,
            refused: {},
            serverTimeMs: Date.now() - 3_600_000,
          }),
      },
    ],
    actorOf: ({ headers }) =>
      headers.authorization === `Bearer ${KEY}` ? keyActor("ingest") : anonymousActor,
  });
});
afterEach(async () => {
  await http.stop();
  rmSync(folder, { recursive: true });
});

const start = (options: Partial<AgentOptions>) =>
  startAgent({
    portalUrl: http.origin,
    keyFile: file("agent.key", `${KEY}\n`),
    dataDir: path.join(folder, "data"),
    samplesLog: null,
    settings: {
      gpuSources: ["simulated"],
      hostName: "box",
      nvmlLibraryPath: null,
      nvidiaSmiPath: null,
      amdSmiPath: null,
      xpuSmiPath: null,
      gpuExporterUrls: [],
      aiHealthUrls: [],
      pollIntervalMs: 1_000,
      httpTimeoutMs: 1_000,
      spoolMaxMib: 1,
    },
    // It never says anything: whatever it does, the agent goes on.
    collector: { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] },
    say: (line) => lines.push(line),
    onStep: (name) => (detail) => lines.push(`${name}: ${detail ?? ""}`),
    ...options,
  });

test.each([
  [
    "a wrong key",
    () => ({ keyFile: file("other.key", KEY.replaceAll("0", "1")) }),
    /^Sending needs an API key of the kind ingest/,
  ],
  ["no key", () => ({ keyFile: null }), /^Sending needs an API key of the kind ingest/],
  [
    "a key file that is not there",
    () => ({ keyFile: path.join(folder, "none") }),
    /does not exist: write a key of the kind ingest/,
  ],
  ["a key that is too short", () => ({ keyFile: file("short.key", "short") }), /32 to 512/],
  ["another server", () => ({ portalUrl: `${http.origin}/elsewhere` }), /is no Sightline portal/],
])("%s: one sentence, and nothing is left running", async (_what, options, sentence) => {
  await expect(start(options())).rejects.toMatchObject({
    name: "AppError",
    message: expect.stringMatching(sentence) as string,
  });
  const agent = await start({}); // the spool is free again
  await agent.stop();
});

test("says what it found: the portal, and a clock that is an hour off", async () => {
  const agent = await start({});
  await agent.stop();
  expect(lines[0]).toMatch(/^! The clock of this machine is 3600 s ahead of the portal's/);
  expect(lines[1]).toBe("portal: Sightline 1.2.3");
  expect(lines.join("\n")).not.toContain(KEY);
});

test("a portal that is away is no reason to end", async () => {
  await http.stop();
  const agent = await start({});
  expect(lines).toEqual([
    "! The portal refused the connection. Samples wait on this machine and are sent again.",
    "portal: does not answer yet, samples wait on this machine",
  ]);
  await agent.stop();
  expect(readdirSync(path.join(folder, "data"))).toEqual(["agent-spool"]);
});
