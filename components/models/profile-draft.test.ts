import { describe, expect, test } from "vitest";
import { ProfileFields } from "@/domain/tokens/model-profile";
import { modelProfile, profileFields } from "@/fixtures/model-profile";
import { draftOf, fieldsOf, newProfileDraft, type ProfileDraft } from "./profile-draft";
import { problemsOf } from "./profile-problems";
import { readCount, readDecimal } from "./read-count";

const id = "00000000-0000-4000-8000-0000000000aa";
const override = {
  service: "api",
  contextWindow: null,
  maxOutputTokens: 0,
  warningThreshold: 0.07,
  truncationEnabled: false,
};

describe("a profile through the form", () => {
  test.each([
    ["as it is", {}],
    ["a tokenizer", { counting: { kind: "tokenizer" as const, tokenizerId: id } }],
    [
      "a server",
      { counting: { kind: "server" as const, serverId: id, fallback: "r50k_base" as const } },
    ],
    [
      "overrides",
      { overrides: [override, { ...override, service: "b", truncationEnabled: null }] },
    ],
    ["nothing known of its memory", { kvShape: null, weightsGib: null }],
    ["output 0, a share with decimals", { maxOutputTokens: 0, warningThreshold: 0.825 }],
    ["no sections and no other names", { sectionPriorities: [], modelNames: [] }],
  ])("%s comes back as it was", (_, given) => {
    const fields = profileFields(given);
    const draft = draftOf(modelProfile(fields));
    expect(problemsOf(draft)).toEqual({});
    expect(fieldsOf(draft)).toEqual(fields);
  });

  test("a new one lacks nothing but its name, and the server takes it", () => {
    expect(problemsOf(newProfileDraft())).toEqual({ name: "Give it a name" });
    const fields = fieldsOf({ ...newProfileDraft(), name: " qwen ", modelNames: "a, b\n\nc" });
    expect(ProfileFields.parse(fields)).toMatchObject({
      name: "qwen",
      modelNames: ["a", "b", "c"],
    });
  });
});

describe("what is wrong is said at its field", () => {
  const problems = (given: Partial<ProfileDraft>) =>
    problemsOf({ ...draftOf(modelProfile()), ...given });
  const draftOverride = {
    key: 4,
    service: "api",
    contextWindow: "",
    maxOutputTokens: "",
    warningPercent: "",
    truncation: "profile" as const,
  };

  test.each<[Partial<ProfileDraft>, string]>([
    [{ name: " " }, "name"],
    [{ modelNames: "n\n".repeat(21) }, "modelNames"],
    [{ contextWindow: "0" }, "contextWindow"],
    [{ contextWindow: "8k" }, "contextWindow"],
    [{ parallelSlots: "1.5" }, "parallelSlots"],
    [{ maxOutputTokens: "-1" }, "maxOutputTokens"],
    [{ maxOutputTokens: "8192" }, "maxOutputTokens"],
    [{ parallelSlots: "8" }, "maxOutputTokens"],
    [{ warningPercent: "0" }, "warningPercent"],
    [{ warningPercent: "100.1" }, "warningPercent"],
    [{ countingKind: "tokenizer" }, "tokenizerId"],
    [{ countingKind: "server" }, "serverId"],
    [{ layers: "" }, "layers"],
    [{ weightsGib: "much" }, "weightsGib"],
    [{ overrides: [{ ...draftOverride, service: " " }] }, "4.service"],
    [{ overrides: [draftOverride, { ...draftOverride, key: 5 }] }, "5.service"],
    [{ overrides: [{ ...draftOverride, contextWindow: "x" }] }, "4.contextWindow"],
    [{ overrides: [{ ...draftOverride, contextWindow: "1024" }] }, "4.maxOutputTokens"],
    [{ overrides: [{ ...draftOverride, warningPercent: "x" }] }, "4.warningPercent"],
  ])("%o", (given, field) => {
    expect(Object.keys(problems(given))).toEqual([field]);
  });
});

test("counts are read as people write them", () => {
  const bounds = { min: 0, max: 200_000 };
  for (const text of ["131072", " 131,072 ", "131 072", "131_072"])
    expect(readCount(text, bounds)).toBe(131_072);
  for (const text of ["", "-1", "1.5", "1e3", "200001", "9".repeat(20), ",1", "1,"])
    expect(readCount(text, bounds)).toBeNull();
  expect(readDecimal("0.5", { above: 0, max: 1 })).toBe(0.5);
  for (const text of ["0", "1.1", ".5", "x", ""])
    expect(readDecimal(text, { above: 0, max: 1 })).toBeNull();
});
