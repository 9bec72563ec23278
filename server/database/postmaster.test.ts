import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { findFreePort, lastReason, startPostmaster } from "./postmaster";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** Refuses each connection with a code of PostgreSQL for a while, then takes them. A real recovery cannot be made this long. */
function fakePostgres({ code, forMs }: { code: string; forMs: number }): string {
  const folder = mkdtempSync(path.join(tmpdir(), "sightline-postmaster-"));
  cleanUp.push(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, "postgres");
  const text = `#!${process.execPath}
    const readyMs = Date.now() + ${forMs};
    const message = (type, body) => {
      const head = Buffer.alloc(5);
      head.write(type);
      head.writeInt32BE(body.length + 4, 1);
      return Buffer.concat([head, body]);
    };
    const refusal = message("E", Buffer.from("SFATAL\\0VFATAL\\0C${code}\\0Mno\\0\\0"));
    const welcome = Buffer.concat([message("R", Buffer.alloc(4)), message("Z", Buffer.from("I"))]);
    require("node:net").createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        if (Date.now() < readyMs) socket.end(refusal);
        else socket.write(welcome);
      });
    }).listen(Number(process.argv[process.argv.indexOf("-p") + 1]), "127.0.0.1");
    process.on("SIGINT", () => process.exit(0));`;
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

async function start(fake: { code: string; forMs: number }) {
  const port = await findFreePort();
  const log: string[] = [];
  const postmaster = await startPostmaster({
    program: fakePostgres(fake),
    clusterDir: tmpdir(),
    port,
    account: null,
    probeUrl: `postgresql://someone:secret@127.0.0.1:${port}/postgres`,
    log: (line) => log.push(line),
    readyLimitMs: 1_000,
  });
  cleanUp.push(postmaster.stop);
  return log;
}

test("a recovery may take longer than any limit, and is told once", async () => {
  const log = await start({ code: "57P03", forMs: 4_000 });
  expect(log).toEqual([expect.stringMatching(/still recovering after a crash/)]);
});

test("the reason of an end is its last meaningful lines, whole", () => {
  const banner = "LOG:  starting PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by gcc\n";
  expect(lastReason(`${banner}LOG:  listening on IPv4 address\n`)).toBe("");
  expect(lastReason(`${banner}PANIC:  could not write: No space left\nHINT:  x\n`)).toBe(
    ": PANIC:  could not write: No space left | HINT:  x",
  );
});

test("another refusal has a limit", async () => {
  await expect(start({ code: "53300", forMs: 60_000 })).rejects.toThrow("no free connection");
});
