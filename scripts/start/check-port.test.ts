import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";

type CheckPort = (address: { host: string; port: number }) => Promise<void>;

const script = pathToFileURL(path.join(import.meta.dirname, "check-port.mjs")).href;
const { checkPort } = (await import(script)) as { checkPort: CheckPort };

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0).reverse()) step();
});

const holder = `require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port); })`;

/** A program that listens; answers its process id and port. */
async function hold(args: (file: string) => string[]): Promise<{ pid: number; port: number }> {
  const home = mkdtempSync(path.join(tmpdir(), "secret-home-"));
  cleanUp.push(() => {
    rmSync(home, { recursive: true });
  });
  const file = path.join(home, "holder.cjs");
  writeFileSync(file, holder);
  const child = spawn(process.execPath, args(file), { stdio: ["ignore", "pipe", "ignore"] });
  cleanUp.push(() => child.kill("SIGKILL"));
  const port = await new Promise<number>((resolve) => {
    child.stdout.once("data", (text: Buffer) => {
      resolve(Number(String(text)));
    });
  });
  return { pid: child.pid ?? 0, port };
}

test.each([
  ["node holder.cjs", (file: string) => [file]],
  ["node", (file: string) => ["--max-old-space-size=99", file]],
])("the holder of a port is named as %s, without folders and options", async (name, args) => {
  const { pid, port } = await hold(args);
  await expect(checkPort({ host: "127.0.0.1", port })).rejects.toThrow(
    `Port ${port} is in use by process ${pid} (${name}): stop that, or choose another port`,
  );
});
