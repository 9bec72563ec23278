import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { TruncateRequest, ValidateRequest } from "@/domain/tokens/count-request";
import { apiCallOf, type CallSubject, shownCallOf } from "./api-call";

const subject = (text: string): CallSubject => ({
  origin: "https://gpus.example.org",
  model: "nemotron",
  encoding: null,
  isTruncating: true,
  sections: [
    { key: "1", name: "system", text, priority: null, isRequired: true },
    { key: "2", name: "weather", text: "9 °C\n", priority: 3, isRequired: null },
  ],
});

/** Runs the call in a shell in which curl prints its arguments and its input. */
function run(call: string): string[] {
  const shell = `curl() { printf '%s\\0' "$@"; case "$*" in *@-*) cat;; esac; }; KEY=secret\n${call}`;
  return execFileSync("/bin/sh", { input: shell, encoding: "utf8" }).split("\0");
}

const hard = `it's "quoted" $HOME \`id\` \\n \n'; rm -rf / #\n`;

test("the call for curl is one that a shell passes on letter by letter", () => {
  const [flag, address, , header, , json = ""] = run(apiCallOf(subject(hard), "curl"));
  expect([flag, address, header]).toEqual([
    "-s",
    "https://gpus.example.org/api/tokens/truncate",
    "Authorization: Bearer secret",
  ]);
  expect(TruncateRequest.parse(JSON.parse(json))).toMatchObject({
    model: "nemotron",
    markRemoved: true,
    sections: [
      { name: "system", required: true, text: hard },
      { name: "weather", priority: 3, text: "9 °C\n" },
    ],
  });
});

test("a prompt that is too long for an argument comes by a document, letter by letter, too", () => {
  const long = hard.repeat(5_000);
  const parts = run(apiCallOf(subject(long), "curl"));
  expect(parts).toContain("@-");
  expect(JSON.parse(parts.at(-1) ?? "")).toMatchObject({ sections: [{ text: long }, {}] });
});

test("without truncation it is the call that validates", () => {
  const call = apiCallOf({ ...subject("x"), isTruncating: false, encoding: "r50k_base" }, "curl");
  const [, address, , , , json = ""] = run(call);
  expect(address).toMatch(/\/api\/tokens\/validate$/);
  expect(ValidateRequest.parse(JSON.parse(json)).encoding).toBe("r50k_base");
});

test("what is shown has the form of the call, without texts and with a few sections", () => {
  const many = {
    ...subject("secret text"),
    sections: Array.from({ length: 9 }, (_, index) => ({
      key: `${index}`,
      name: `s${index}`,
      text: "secret text",
      priority: null,
      isRequired: null,
    })),
  };
  for (const style of ["curl", "trpc"] as const) {
    const shown = shownCallOf(many, style);
    expect(shown).not.toContain("secret text");
    expect(shown).toContain("… 6 more");
    expect(apiCallOf(many, style)).toContain("secret text");
  }
  expect(apiCallOf(many, "trpc")).toContain("sightline.tokens.truncate.mutate({");
});
