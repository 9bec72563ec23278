import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

type DescribeSetup = (setup: { url: string; codeFile: string }, isTerminal: boolean) => string;

const script = pathToFileURL(path.join(import.meta.dirname, "describe-setup.mjs")).href;
const { describeSetup } = (await import(script)) as { describeSetup: DescribeSetup };

const folder = mkdtempSync(path.join(tmpdir(), "sightline-setup-"));
const setup = { url: "http://127.0.0.1:3000/setup", codeFile: path.join(folder, "setup-code") };
const missing = { ...setup, codeFile: path.join(folder, "missing") };

beforeAll(() => {
  writeFileSync(setup.codeFile, "K7QMN-23456\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a terminal gets one link that works", () => {
  expect(describeSetup(setup, true)).toBe(
    "Make the first admin: http://127.0.0.1:3000/setup?code=K7QMN-23456 (works once, within 60 minutes)",
  );
});

test.each([
  ["what is printed by a service", setup, false],
  ["a code that cannot be read", missing, true],
])("%s names the file and never the code", (_, { url, codeFile }, isTerminal) => {
  const text = describeSetup({ url, codeFile }, isTerminal);
  expect(text).toContain(codeFile);
  expect(text).not.toContain("K7QMN");
});
