import { spawn, type ChildProcess } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0).reverse()) step();
});

/** Stands in for npm: notes what it was asked, makes what an installation makes, and may fail or hang. */
const fakeNpm = `
const fs = require("fs");
fs.appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
const mode = fs.existsSync("npm-mode") ? fs.readFileSync("npm-mode", "utf8") : "";
if (mode === "fail") { console.error("line one\\nE404 no such package"); process.exit(3); }
fs.rmSync("node_modules", { recursive: true, force: true });
for (let left = 750; mode === "held" && left > 0 && !fs.existsSync("npm-go"); left -= 1)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
if (!process.argv.includes("--omit=dev")) fs.mkdirSync("node_modules/vitest", { recursive: true });
if (mode === "hang") { fs.writeFileSync("npm-pid", String(process.pid)); setInterval(() => {}, 1000); }
else for (const folder of ["node_modules/prisma/build", "prisma/generated"]) fs.mkdirSync(folder, { recursive: true });
if (mode !== "hang") fs.writeFileSync("node_modules/prisma/build/index.js", "require('fs').appendFileSync('npm-calls', 'prisma ' + process.argv[2] + '\\\\n'); require('fs').mkdirSync('prisma/generated', { recursive: true })");
`;

interface Checkout {
  root: string;
  calls: () => string[];
  write: (file: string, text: string) => void;
}

function newCheckout(): Checkout {
  const root = mkdtempSync(path.join(tmpdir(), "sightline-bootstrap-"));
  cleanUp.push(() => {
    rmSync(root, { recursive: true, force: true });
  });
  for (const folder of ["scripts/start", "prisma"])
    mkdirSync(path.join(root, folder), { recursive: true });
  for (const file of ["bootstrap.mjs", "start/lock-build.mjs"])
    copyFileSync(path.join(import.meta.dirname, file), path.join(root, "scripts", file));
  const write = (file: string, text: string) => {
    writeFileSync(path.join(root, file), text);
  };
  write("package-lock.json", "{}");
  write("prisma/schema.prisma", "model A {}");
  write("npm.cjs", fakeNpm);
  const calls = () => {
    const file = path.join(root, "npm-calls");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  return { root, calls, write };
}

function bootstrap(checkout: Checkout, args: string[]) {
  const child = spawn(process.execPath, ["scripts/bootstrap.mjs", ...args], {
    cwd: checkout.root,
    env: { ...process.env, npm_execpath: path.join(checkout.root, "npm.cjs") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  cleanUp.push(() => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => (output += text.toString()));
  }
  return { child, output: () => output, ended: endOf(child) };
}

function endOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      resolve(code ?? signal);
    });
  });
}

async function until(what: string, done: () => boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!done()) {
    if (performance.now() > end) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}

const print = ["node", "-p", "'ran ' + process.version"];
const production = ["--production", ...print];

describe("installs", () => {
  test("once for production, again in full for the rest, then never", async () => {
    const checkout = newCheckout();
    const first = bootstrap(checkout, production);
    expect(await first.ended).toBe(0);
    expect(first.output()).toContain(`ran ${process.version}`);
    expect(first.output()).toContain("✓ packages");
    const [omitting = ""] = checkout.calls();
    expect(omitting).toMatch(/^ci .*--omit=dev$/);
    expect(await bootstrap(checkout, production).ended).toBe(0);
    expect(checkout.calls()).toHaveLength(1);

    expect(await bootstrap(checkout, print).ended).toBe(0);
    expect(checkout.calls()).toHaveLength(2);
    expect(checkout.calls()[1]).not.toContain("--omit");
    for (const args of [print, production]) {
      const quiet = bootstrap(checkout, args);
      expect(await quiet.ended).toBe(0);
      expect(quiet.output()).toBe(`ran ${process.version}\n`);
    }
    expect(checkout.calls()).toHaveLength(2);
  });

  test("again after a change of the lock file, and the client alone after one of the schema", async () => {
    const checkout = newCheckout();
    await bootstrap(checkout, print).ended;
    checkout.write("prisma/schema.prisma", "model B {}");
    await bootstrap(checkout, production).ended;
    expect(checkout.calls().slice(1)).toEqual(["prisma generate"]);
    await bootstrap(checkout, print).ended;
    expect(checkout.calls()).toHaveLength(2);
    rmSync(path.join(checkout.root, "prisma/generated"), { recursive: true });
    await bootstrap(checkout, print).ended;
    expect(checkout.calls()[2]).toBe("prisma generate");
    checkout.write("package-lock.json", "{ }");
    await bootstrap(checkout, print).ended;
    expect(checkout.calls()[3]).toMatch(/^ci /);
  });

  test("a production start keeps the tools of a full installation", async () => {
    const checkout = newCheckout();
    await bootstrap(checkout, print).ended;
    checkout.write("package-lock.json", "{ }");
    await bootstrap(checkout, production).ended;
    rmSync(path.join(checkout.root, "node_modules/.installed-from"));
    await bootstrap(checkout, production).ended;
    expect(checkout.calls()).toHaveLength(3);
    expect(checkout.calls().join()).not.toContain("--omit");
    await bootstrap(checkout, print).ended; // what is there is complete
    expect(checkout.calls()).toHaveLength(3);
  });

  test("once when several start at the same time; the others wait", async () => {
    const checkout = newCheckout();
    checkout.write("npm-mode", "held");
    checkout.write(".sightline-build.lock", ""); // of a start on a full disk
    const runs = [1, 2, 3].map(() => bootstrap(checkout, production));
    const waiting = () => runs.filter((run) => run.output().includes("waiting for another start"));
    await until("two of them wait", () => waiting().length === 2);
    checkout.write("npm-go", "");
    expect(await Promise.all(runs.map((run) => run.ended))).toEqual([0, 0, 0]);
    expect(checkout.calls()).toHaveLength(1);
    expect(waiting()).toHaveLength(2);
    expect(existsSync(path.join(checkout.root, ".sightline-build.lock"))).toBe(false);
  });

  test("and says why when npm fails", async () => {
    const checkout = newCheckout();
    checkout.write("npm-mode", "fail");
    const run = bootstrap(checkout, print);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain("E404 no such package\n✗ The step “packages” failed");
    expect(run.output()).not.toMatch(/^\s+at /m);
    checkout.write("npm-mode", "");
    expect(await bootstrap(checkout, print).ended).toBe(0);
  });

  test("a signal during the installation ends npm too, and the next start installs again", async () => {
    const checkout = newCheckout();
    await bootstrap(checkout, print).ended;
    checkout.write("package-lock.json", "{ }");
    checkout.write("npm-mode", "hang");
    const run = bootstrap(checkout, print);
    const pidFile = path.join(checkout.root, "npm-pid");
    await until("npm runs", () => existsSync(pidFile));
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe("SIGTERM");
    expect(existsSync(`/proc/${readFileSync(pidFile, "utf8")}`)).toBe(false);
    expect(run.output()).not.toContain("ran v");
    checkout.write("npm-mode", "");
    expect(await bootstrap(checkout, print).ended).toBe(0);
    expect(checkout.calls()).toHaveLength(3);
  });
});

describe("ends as the command ends", () => {
  test.each([
    ["process.exit(7)", 7],
    ["process.kill(process.pid, 'SIGKILL')", "SIGKILL"],
  ])("%s", async (script, expected) => {
    expect(await bootstrap(newCheckout(), ["node", "-e", script]).ended).toBe(expected);
  });

  test("a command that does not exist is one sentence", async () => {
    const run = bootstrap(newCheckout(), ["no-such-command"]);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain("✗ no-such-command could not be run");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s reaches it once", async (signal) => {
    const script = `let n = 0; process.on("${signal}", () => { n++; setTimeout(() => { console.log("got " + n); process.exit(5); }, 300); });
      console.log("up"); setInterval(() => {}, 1000);`;
    const run = bootstrap(newCheckout(), ["node", "-e", script]);
    await until("it runs", () => run.output().includes("up"));
    run.child.kill(signal);
    expect(await run.ended).toBe(5);
    expect(run.output()).toContain("got 1");
  });
});
