import { once } from "node:events";
import { Registry } from "@prometheus-io/client";
import { WebSocket } from "ws";
import { expect, test } from "vitest";
import { FakeGpuFeed } from "@/fixtures/fake-gpu-feed";
import { startTestHttp } from "@/fixtures/start-test-http";
import { logger } from "@/server/logger";
import { createSockets } from "./create-sockets";
import { registerSocketMetrics } from "./socket-metrics";

test("connected clients are counted by kind of socket, and no more after the server has stopped", async () => {
  logger.level = "silent";
  const feed = new FakeGpuFeed();
  const sockets = createSockets({
    feed,
    pressure: feed,
    tokens: feed,
    health: () => "healthy",
    watch: () => () => undefined,
    logger,
  });
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const off = registerSocketMetrics(registry, sockets);
  const http = await startTestHttp({ endpoints: [...sockets.endpoints] });
  const clients = ["/ws/system", "/ws/system", "/socket.io/?EIO=4&transport=websocket"].map(
    (path) => new WebSocket(`ws://127.0.0.1:${http.port}${path}`),
  );
  await Promise.all(clients.map((client) => once(client, "open")));
  clients[2]?.send("40"); // joins the namespace: only then is it a client of socket.io
  await expect.poll(() => sockets.clients()).toEqual({ "socket.io": 1, system: 2 });
  const text = await registry.metrics();
  expect(text).toMatch(/^sightline_socket_clients\{kind="socket\.io"\} 1$/m);
  expect(text).toMatch(/^sightline_socket_clients\{kind="system"\} 2$/m);

  await sockets.stop();
  off();
  await expect.poll(() => sockets.clients()).toEqual({ "socket.io": 0, system: 0 });
  expect(feed.listeners()).toBe(0);
  expect(await registry.metrics()).not.toContain("sightline_socket_clients");
  await http.stop();
});
