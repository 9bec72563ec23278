import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { CreatedApiKey, type KeyKind } from "@/domain/identity/api-key";
import { settingsTable } from "@/server/env";

const root = path.resolve(import.meta.dirname, "../..");
const standIn = path.join(root, "fixtures/nvidia-smi/stand-in.mjs");
const POLL_MS = 25;
const READY_LIMIT_MS = 60_000;
const END_LIMIT_MS = 90_000;

const cleanUp: (() => unknown)[] = [];

/** For `afterEach`: ends and removes whatever a test started, the newest first. */
export async function cleanUpAll(): Promise<void> {
  for (const step of cleanUp.splice(0).reverse()) await step();
}

export function onCleanUp(step: () => unknown): void {
  cleanUp.push(step);
}

/** Waits for a condition, never for a time alone. */
export async function until(
  what: string,
  done: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`This did not happen: ${what}`);
    await sleep(POLL_MS);
  }
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  });
}

export function newDataDir(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sightline-process-"));
  chmodSync(folder, 0o755); // as root the database runs as another user, who must pass through here
  cleanUp.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

interface ProcessFacts {
  pid: number;
  parent: number;
  /** Id and start time: one life of one process. */
  identity: string;
  isZombie: boolean;
  command: string;
}

function readProcess(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return {
      pid,
      parent: Number(fields[1]),
      identity: `${pid}/${fields[19] ?? ""}`,
      isZombie: fields[0] === "Z",
      command,
    };
  } catch {
    return null;
  }
}

/** The process and everything that descends from it at this moment. */
export function processTree(rootPid: number): ProcessFacts[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((found) => found !== null);
  const tree = all.filter(({ pid }) => pid === rootPid);
  for (const member of tree) tree.push(...all.filter(({ parent }) => parent === member.pid));
  return tree;
}

/** What of it is still there, as text for an assertion. */
export function alive(processes: readonly ProcessFacts[]): string[] {
  return processes
    .filter(({ pid, identity }) => {
      const now = readProcess(pid);
      return now !== null && !now.isZombie && now.identity === identity;
    })
    .map(({ pid, command }) => `${pid} ${command}`);
}

export interface PortalOptions {
  dataDir?: string;
  port?: number;
  settings?: Readonly<Record<string, string>>;
  /** What the stand-in for nvidia-smi shows; default: two cards. */
  gpus?: readonly { capture: string; state: string }[];
  /** Default: node scripts/start.mjs. */
  command?: readonly string[];
  /** Default: this checkout. */
  cwd?: string;
  /** Content of the `.env` file; default: none, whatever the checkout has. */
  envFile?: string;
}

/** The environment without any setting of ours, so that a developer's own shell does not change a test. */
function cleanEnvironment(): Record<string, string | undefined> {
  const names = new Set(settingsTable.map((setting) => setting.name));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
}

/** Starts the product with a port and a data folder of its own, and the stand-in for nvidia-smi with two GPUs. */
export async function startPortal(options: PortalOptions = {}) {
  const dataDir = options.dataDir ?? newDataDir();
  const port = options.port ?? (await findFreePort());
  const url = `http://127.0.0.1:${port}`;
  const extra = newDataDir();
  const envFile = path.join(extra, "env");
  writeFileSync(envFile, options.envFile ?? "");
  const control = path.join(extra, "control.json");
  const adminKey = randomBytes(32).toString("hex");
  const adminKeyFile = path.join(extra, "admin.key");
  writeFileSync(adminKeyFile, adminKey, { mode: 0o600 });
  const twoCards = ["rtx-4080-super", "h200"].map((capture) => ({ capture, state: "load" }));
  const gpus = options.gpus ?? twoCards;
  writeFileSync(control, JSON.stringify({ gpus }));

  const [program = "", ...args] = options.command ?? [
    process.execPath,
    "scripts/start.mjs",
    "--env",
    envFile,
  ];
  const child = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: {
      ...cleanEnvironment(),
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
      GPU_POLL_INTERVAL_SECONDS: "0.2",
      NVIDIA_SMI_PATH: standIn,
      STAND_IN_CONTROL: control,
      INITIAL_ADMIN_KEY_FILE: adminKeyFile,
      ...options.settings,
      PORT: String(port),
      DATA_DIR: dataDir,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const startedMs = performance.now();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => (output += text.toString()));
  }
  const exit = new Promise<number | string | null>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  let tree: ProcessFacts[] = [];
  cleanUp.push(async () => {
    const left = child.pid === undefined ? [] : [...tree, ...processTree(child.pid)];
    for (const { pid, identity } of left) {
      if (readProcess(pid)?.identity === identity) process.kill(pid, "SIGKILL");
    }
    await exit;
  });

  const portal = {
    child,
    url,
    port,
    dataDir,
    /** Headers of an admin, by the key that the operator of this portal made. */
    asAdmin: { authorization: `Bearer ${adminKey}` },
    output: () => output,
    /** What a person sees last: the text of the last line on stderr or stdout. */
    lastLine: () => output.trim().split("\n").at(-1) ?? "",
    /** Resolves with the milliseconds since the start. */
    ready: async () => {
      await until(
        `ready\n${output}`,
        () => {
          if (child.exitCode !== null) throw new Error(`It ended instead:\n${output}`);
          return output.includes(`Sightline is ready: ${url}`);
        },
        READY_LIMIT_MS,
      );
      return performance.now() - startedMs;
    },
    /** Exit code, or the name of the signal. */
    ended: async (limitMs = END_LIMIT_MS) => {
      const limit = sleep(limitMs, "still running", { ref: false });
      return Promise.race([exit, limit]);
    },
    /** Every process of it, as it is now. */
    processes: () => (tree = processTree(child.pid ?? 0)),
    postgresPid: () => postgresOf(dataDir).pid,
  };
  return portal;
}

/** A new key of a running portal, made as another tool would make it. */
export async function makeKey(
  portal: { url: string; asAdmin: Readonly<Record<string, string>> },
  kind: KeyKind,
): Promise<string> {
  const answer = await fetch(`${portal.url}/api/keys/create`, {
    method: "POST",
    headers: { ...portal.asAdmin, "content-type": "application/json" },
    body: JSON.stringify({ name: `${kind} of a test`, kind, expiresInDays: 1 }),
  });
  if (!answer.ok) throw new Error(`No key was made: ${answer.status} ${await answer.text()}`);
  return CreatedApiKey.parse(await answer.json()).secret;
}

/** Where the embedded server of a data folder runs; pid 0 while it does not. */
export function postgresOf(dataDir: string): { pid: number; url: string } {
  const cluster = readdirSync(dataDir).find((name) => /^postgres-\d+$/.test(name));
  const lockFile = path.join(dataDir, cluster ?? "none", "postmaster.pid");
  if (!existsSync(lockFile)) return { pid: 0, url: "" };
  const lines = readFileSync(lockFile, "utf8").split("\n");
  const password = readFileSync(path.join(dataDir, "postgres.password"), "utf8");
  const url = `postgresql://sightline:${password}@127.0.0.1:${lines[3] ?? ""}/sightline`;
  return { pid: Number(lines[0]), url };
}

/** Keys of all stored samples: rows that PostgreSQL has acknowledged. Empty while it does not answer. */
export async function readStoredRows(dataDir: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: postgresOf(dataDir).url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ key: string }>(
      "SELECT device_id || ' ' || recorded_at AS key FROM gpu_stats",
    );
    return new Set(rows.map(({ key }) => key));
  } catch {
    return new Set();
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Waits until at least `count` rows beyond `known` are stored, and answers all. */
export async function waitForRows(
  dataDir: string,
  count: number,
  known = new Set<string>(),
): Promise<Set<string>> {
  let rows = new Set<string>();
  await until(`${count} more stored samples`, async () => {
    rows = await readStoredRows(dataDir);
    return [...rows].filter((key) => !known.has(key)).length >= count;
  });
  return rows;
}
