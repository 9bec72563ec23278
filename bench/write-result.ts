import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { format } from "prettier";
import { type Benchmark, type BenchmarkResult, reachesGoal } from "./benchmark";

const root = path.resolve(import.meta.dirname, "..");

function commit(): string | null {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null; // nothing is committed yet
  }
}

function versionOf(name: string): string {
  const file = path.join(root, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** What the numbers depend on beside the code. */
function machine() {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? "unknown",
    cores: cores.length,
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    packages: Object.fromEntries(
      ["next", "@trpc/server", "ws"].map((name) => [name, versionOf(name)]),
    ),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Prints the table and keeps it, with the machine and the commit, in bench/results/. Returns the file. */
export async function writeResult(
  { name, title }: Benchmark,
  result: BenchmarkResult,
): Promise<string> {
  const rows = result.rows.map((row) => ({
    ...row,
    peer: rounded(row.peer),
    ours: rounded(row.ours),
    ratio: rounded(row.ours / row.peer),
    reached: reachesGoal(row),
  }));
  console.log(`\n${name}: ${title}\npeer: ${result.peer} · rounds: ${result.rounds}`);
  console.table(rows);
  for (const line of [...result.checks, ...result.notes]) console.log(`- ${line}`);

  const date = new Date().toISOString();
  const file = path.join(root, "bench/results", `${date.slice(0, 10)}-${name}.json`);
  const content = { name, title, date, commit: commit(), machine: machine(), ...result, rows };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, await format(JSON.stringify(content), { parser: "json", printWidth: 100 }));
  return file;
}
