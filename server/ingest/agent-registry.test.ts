import { afterEach, expect, test, vi } from "vitest";
import { AgentRegistry } from "./agent-registry";
import type { AgentRecord } from "./agent-store";

const NOON = Date.UTC(2026, 4, 1, 12);

/** A table in memory, with the rule of the real one: what is newer stays. */
function table() {
  const rows = new Map<string, AgentRecord>();
  let isDown = false;
  return {
    rows,
    setDown: (down: boolean) => (isDown = down),
    sync: async (changed: readonly AgentRecord[]) => {
      if (isDown) throw new Error("away");
      for (const agent of changed) {
        const known = rows.get(agent.host);
        if (!known || known.lastSeenAtMs <= agent.lastSeenAtMs) rows.set(agent.host, { ...agent });
      }
      return [...rows.values()].map((row) => ({ ...row }));
    },
  };
}

let nowMs = NOON;
const started: AgentRegistry[] = [];
function start(store: ReturnType<typeof table>) {
  const onStateChange = vi.fn();
  const registry = new AgentRegistry({ store, nowMs: () => nowMs, onStateChange, syncMs: 5 });
  started.push(registry);
  return { registry, onStateChange };
}
afterEach(async () => {
  for (const registry of started.splice(0)) await registry.stop();
  nowMs = NOON;
});

const heard = (host: string) => ({
  host,
  agent: { version: "1", run: "r" },
  sequence: 1,
  sentAtMs: nowMs,
  backlog: { samples: 0, oldestMs: null, dropped: 0 },
});

test("a host is lost when nothing came for 15 s, since it was last heard of", () => {
  const { registry } = start(table());
  registry.heard(heard("a"));
  nowMs += 15_000;
  expect(registry.list().agents).toMatchObject([{ host: "a", state: "live" }]);
  nowMs += 1;
  expect(registry.list().agents).toMatchObject([{ state: "lost", lastSeenAtMs: NOON }]);
  registry.heard(heard("a"));
  expect(registry.list().agents).toMatchObject([{ state: "live", firstSeenAtMs: NOON }]);
});

test("a start, and another portal, know who is lost", async () => {
  const store = table();
  const { registry } = start(store);
  registry.heard(heard("a"));
  await registry.stop();
  nowMs += 60_000;
  const { registry: next } = start(store);
  await vi.waitFor(() => {
    expect(next.list().agents).toMatchObject([{ host: "a", state: "lost", lastSeenAtMs: NOON }]);
  });
});

test("while the database is away agents are listed, and kept when it is back: one line a change", async () => {
  const store = table();
  store.setDown(true);
  const { registry, onStateChange } = start(store);
  registry.heard(heard("a"));
  await vi.waitFor(() => {
    expect(onStateChange).toHaveBeenCalledWith(expect.any(Error));
  });
  expect(registry.list().agents).toHaveLength(1);
  store.setDown(false);
  await vi.waitFor(() => {
    expect([...store.rows.keys()]).toEqual(["a"]);
  });
  await vi.waitFor(() => {
    expect(onStateChange.mock.calls).toEqual([[expect.any(Error)], [null]]);
  });
});

test("a key holder who makes up hosts cannot fill the memory", () => {
  const { registry } = start(table());
  for (let i = 0; i < 1_200; i++) {
    nowMs++;
    registry.heard(heard(`host-${i}`));
  }
  const hosts = registry.list().agents.map(({ host }) => host);
  expect(hosts).toHaveLength(1_000);
  expect(hosts).toContain("host-1199");
  expect(hosts).not.toContain("host-0");
});
