import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { expositionText } from "./history-data";

export interface Peer {
  /** With its version. */
  name: string;
  url: string;
  stop(): void;
}

const INSTALL = "apt-get install --no-install-recommends prometheus victoria-metrics";
const START_LIMIT_MS = 60_000;

/** The package's version; throws with the way to install it. */
function versionOf(debianPackage: string): string {
  try {
    const format = ["-f", "${Version}"];
    return execFileSync("dpkg-query", ["-W", ...format, debianPackage], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    throw new Error(
      `This benchmark needs the Debian package ${debianPackage}. Install it: ${INSTALL}`,
    );
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const givesUpAtMs = Date.now() + START_LIMIT_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (child.exitCode !== null || Date.now() > givesUpAtMs)
      throw new Error(`${url} does not answer.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: "ignore" });
}

/** Prometheus over blocks that promtool made of the data. */
export async function startPrometheus(folder: string, port: number): Promise<Peer> {
  const name = `Prometheus ${versionOf("prometheus")}`;
  const [data, text, config] = ["data", "data.om", "prometheus.yml"].map((file) =>
    path.join(folder, file),
  ) as [string, string, string];
  mkdirSync(data, { recursive: true });
  writeFileSync(config, "{}\n");
  const seconds = (timeMs: number) => String(timeMs / 1_000);
  const lines = function* () {
    yield* expositionText(seconds);
    yield "# EOF\n";
  };
  await pipeline(Readable.from(lines()), createWriteStream(text));
  execFileSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", text, data], {
    stdio: "ignore",
    timeout: 300_000,
  });
  const child = start("prometheus", [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    "--storage.tsdb.retention.time=100y",
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}/-/ready`, child);
  return { name, url, stop: () => child.kill("SIGKILL") };
}

export async function startVictoriaMetrics(folder: string, port: number): Promise<Peer> {
  const name = `VictoriaMetrics ${versionOf("victoria-metrics")}`;
  const child = start("victoria-metrics", [
    `-storageDataPath=${path.join(folder, "victoria")}`,
    "-retentionPeriod=100y",
    "-search.latencyOffset=0s",
    `-httpListenAddr=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}/health`, child);
  const body = Readable.from(expositionText(String));
  const init = { method: "POST", body, duplex: "half" } as unknown as RequestInit;
  const answer = await fetch(`${url}/api/v1/import/prometheus`, init);
  if (!answer.ok) throw new Error(`VictoriaMetrics did not take the data: ${answer.status}`);
  await fetch(`${url}/internal/force_flush`);
  return {
    name,
    url,
    stop: () => {
      child.kill("SIGKILL");
      void once(child, "exit");
    },
  };
}
