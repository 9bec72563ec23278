import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

type LockBuild = (
  file: string,
  options?: { signal?: AbortSignal; onWait?: () => void },
) => Promise<{ release: () => void }>;

const script = pathToFileURL(path.join(import.meta.dirname, "lock-build.mjs")).href;
const { lockBuild } = (await import(script)) as { lockBuild: LockBuild };

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-lock-"));
  file = path.join(folder, "lock");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ["empty, of a full disk", ""],
  ["no identity at all", "what is this"],
  ["of a process that is gone", "999999999/1"],
  ["of an earlier process with the same id", `${process.pid}/1`],
])("a lock that is %s is taken at once", async (_, content) => {
  writeFileSync(file, content);
  const lock = await lockBuild(file);
  expect(readFileSync(file, "utf8")).toMatch(new RegExp(`^${process.pid}/\\d+$`));
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("release leaves what is another's", async () => {
  const lock = await lockBuild(file);
  writeFileSync(file, "1/2");
  lock.release();
  expect(readFileSync(file, "utf8")).toBe("1/2");
});

test("a living holder is waited for, until the signal", async () => {
  const lock = await lockBuild(file);
  const stop = new AbortController();
  const second = lockBuild(file, {
    signal: stop.signal,
    onWait: () => {
      stop.abort();
    },
  });
  await expect(second).rejects.toMatchObject({ name: "AbortError" });
  expect(existsSync(file)).toBe(true);
  lock.release();
});

test("several at once on a stale lock hold it one after the other", async () => {
  writeFileSync(file, "");
  const log = path.join(folder, "log");
  const work = `
    import { appendFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    import { lockBuild } from ${JSON.stringify(script)};
    const lock = await lockBuild(${JSON.stringify(file)});
    appendFileSync(${JSON.stringify(log)}, "begin ");
    await sleep(60);
    appendFileSync(${JSON.stringify(log)}, "end ");
    lock.release();`;
  const codes = Array.from({ length: 5 }, () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", work]);
    return new Promise((resolve) => child.once("close", resolve));
  });
  expect(await Promise.all(codes)).toEqual([0, 0, 0, 0, 0]);
  expect(readFileSync(log, "utf8")).toBe("begin end ".repeat(5));
});
