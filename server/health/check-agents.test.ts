import { expect, test } from "vitest";
import type { AgentStatus } from "@/domain/ingest/agent-status";
import { overallStatus } from "@/domain/health/health-report";
import { checkAgents } from "./check-agents";
import { serviceHealth } from "./service-health";

const NOON = Date.UTC(2026, 4, 1, 12);
const agent = (host: string, state: AgentStatus["state"]): AgentStatus => ({
  host,
  state,
  version: "1",
  firstSeenAtMs: NOON,
  lastSeenAtMs: NOON,
  behindSamples: 0,
  behindMs: 0,
  droppedSamples: 0,
  clockOffsetMs: 0,
});

test("without agents there is nothing to be wrong", () => {
  expect(checkAgents([]).status).toBe("not_configured");
});

test("a lost host is named, with since when", () => {
  expect(checkAgents([agent("a", "live")]).status).toBe("healthy");
  const health = checkAgents([agent("a", "live"), agent("b", "lost")]);
  expect(health).toMatchObject({
    status: "degraded",
    details: { agents: 2, lost: { b: "2026-05-01T12:00:00.000Z" } },
  });
  expect(health.message).toMatch(/^Nothing comes from b: /);
  const many = checkAgents(Array.from({ length: 8 }, (_, i) => agent(`h${i}`, "lost")));
  expect(many.message).toContain("h0, h1, h2, h3, h4 and 3 more");
});

test("a host that was switched off does not make the portal itself unwell", () => {
  const well = serviceHealth("healthy", "Well.");
  const services = { database: well, redis: well, ai: well };
  const agents = checkAgents([agent("a", "lost")]);
  expect(overallStatus({ ...services, agents })).toBe("healthy");
});
