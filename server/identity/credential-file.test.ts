import { chmodSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchCredentialFile } from "./credential-file";

let folder: string;
let file: string;
let atMs = 0;
const lines: string[] = [];
const log = (text: unknown) => void lines.push(String(text));
const logger = { info: log, warn: log } as never;
const [first, second] = ["a", "b"].map((letter) => letter.repeat(32)) as [string, string];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-key-"));
  file = path.join(folder, "key");
  lines.length = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (text: string) => {
  writeFileSync(file, text, { mode: 0o600 });
};
const watch = () => watchCredentialFile({ file, logger, monotonicMs: () => atMs });

test("without the setting nobody has such a key", () => {
  const none = watchCredentialFile({ file: null, logger });
  expect([none.editionOf(""), none.edition()]).toEqual([null, null]);
});

test("the key in the file is taken, whatever space is around it, and no other", () => {
  write(`  ${first}\n`);
  const { editionOf } = watch();
  expect(editionOf(first)).toBe(1);
  for (const other of [second, `${first}a`, first.slice(1), ""])
    expect(editionOf(other)).toBeNull();
  expect(lines).toEqual([]);
});

test("a key that is changed in the file is another: the one of before ends", () => {
  write(first);
  const { editionOf, edition } = watch();
  write(`${second}\n`);
  atMs += 2_000;
  expect(editionOf(first)).toBeNull();
  expect(editionOf(second)).toBe(2);
  expect(edition()).toBe(2);
});

test("a file that is written again with the same key changes nothing", () => {
  write(first);
  const { editionOf } = watch();
  write(`${first}\n\n`);
  atMs += 2_000;
  expect(editionOf(first)).toBe(1);
});

test.each([
  [
    "removed",
    () => {
      unlinkSync(file);
    },
  ],
  [
    "emptied",
    () => {
      write("");
    },
  ],
])("a file that is %s names no key, until it names one again", (_name, change) => {
  write(first);
  const { editionOf, edition } = watch();
  change();
  atMs += 2_000;
  expect(editionOf(first)).toBeNull();
  expect(edition()).toBeNull();
  expect(lines.join()).toMatch(/INITIAL_ADMIN_KEY_FILE/);
  expect(lines.join()).not.toContain(first);
  write(first);
  atMs += 2_000;
  expect(editionOf(first)).toBe(3);
});

test.each([
  ["short", "a".repeat(31)],
  ["two keys", `${"a".repeat(32)} ${"b".repeat(32)}`],
  ["long", "a".repeat(513)],
  ["not printable", `${"a".repeat(32)}\u0007`],
])("a start with a key that is %s is refused without repeating it", (_name, text) => {
  write(text);
  expect(watch).toThrow(/^The file of INITIAL_ADMIN_KEY_FILE must hold one key of 32 to 512/);
});

test("a start without the file is refused", () => {
  expect(watch).toThrow(/does not exist: correct the path/);
});

test("a key that everybody on the machine can read is said", () => {
  write(first);
  chmodSync(file, 0o644);
  watch();
  expect(lines.join()).toContain("chmod 600");
});
