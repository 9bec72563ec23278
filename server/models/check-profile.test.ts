import { describe, expect, test } from "vitest";
import { ProfileFields } from "@/domain/tokens/model-profile";
import { modelProfile, profileFields } from "@/fixtures/model-profile";
import { parseSettings } from "@/server/env";
import { checkNames, checkProfile, tidyProfile } from "./check-profile";
import { firstProfiles } from "./first-profiles";

const override = (service: string, given = {}) => ({
  service,
  contextWindow: null,
  maxOutputTokens: null,
  warningThreshold: null,
  truncationEnabled: null,
  ...given,
});

describe("checkProfile", () => {
  test("a window that leaves one token is right, one that leaves none is not", () => {
    const window = { contextWindow: 4_000, parallelSlots: 4 };
    expect(() => checkProfile(profileFields({ ...window, maxOutputTokens: 999 }))).not.toThrow();
    expect(() => checkProfile(profileFields({ ...window, maxOutputTokens: 1_000 }))).toThrow(
      /keeps 1000 tokens, and a slot has 1000/,
    );
  });

  test("each override must leave room, together with what it takes from the profile", () => {
    const fields = (given: object) => profileFields({ overrides: [override("api", given)] });
    expect(() => checkProfile(fields({ contextWindow: 1_025 }))).not.toThrow();
    expect(() => checkProfile(fields({ contextWindow: 1_024 }))).toThrow(/for the service api/);
    expect(() => checkProfile(fields({ maxOutputTokens: 8_192 }))).toThrow(/for the service api/);
    expect(() => checkProfile(fields({ maxOutputTokens: 0 }))).not.toThrow();
  });

  test("a service and a section are there once", () => {
    expect(() =>
      checkProfile(profileFields({ overrides: [override("api"), override("api")] })),
    ).toThrow(/api has two overrides/);
    const twice = ["Zone", "zone"].map((name) => ({ name, required: false }));
    expect(() => checkProfile(profileFields({ sectionPriorities: twice }))).toThrow(/zone.*twice/);
  });
});

test("names are of one profile, whatever their case", () => {
  const other = modelProfile({ name: "Qwen", modelNames: ["qwen-vl"] });
  expect(() => checkNames(profileFields({ name: "qwen" }), [other])).toThrow(/profile Qwen has/);
  expect(() => checkNames(profileFields({ modelNames: ["QWEN-VL"] }), [other])).toThrow(/QWEN-VL/);
  expect(() => checkNames(profileFields(), [other])).not.toThrow();
});

test("a profile's own name and repeated ones are left out of its other names", () => {
  const { modelNames } = tidyProfile(profileFields({ modelNames: ["a", "LLAMA-3-8B", "A", "b"] }));
  expect(modelNames).toEqual(["a", "b"]);
});

describe("the first profiles", () => {
  const profilesOf = (environment: Record<string, string>) => {
    const parsed = parseSettings(environment);
    if (!parsed.ok) throw new Error("These settings are right.");
    return firstProfiles(parsed.settings);
  };

  test("are the seed's two, and a person could have saved them", () => {
    const profiles = profilesOf({});
    for (const profile of profiles) {
      expect(ProfileFields.parse(profile)).toEqual(profile);
      expect(() => checkProfile(profile)).not.toThrow();
      expect(tidyProfile(profile)).toEqual(profile);
      expect(profile.sectionPriorities).toHaveLength(16);
    }
    expect(profiles).toMatchObject([
      { contextWindow: 131_072, maxOutputTokens: 1_536, warningThreshold: 0.8 },
      { contextWindow: 4_096, maxOutputTokens: 1_536, warningThreshold: 0.8 },
    ]);
  });

  test("settings make the first; an unknown encoding is counted as cl100k_base", () => {
    const [first, second] = profilesOf({
      NEMOTRON_CONTEXT_WINDOW: "32768",
      NEMOTRON_MAX_OUTPUT_TOKENS: "0",
      LLM_TOKENIZER_ENCODING: "gpt9",
      CONTEXT_UTILIZATION_WARNING_THRESHOLD: "0.7",
    });
    expect(first).toMatchObject({
      contextWindow: 32_768,
      maxOutputTokens: 0,
      counting: { kind: "encoding", encoding: "cl100k_base" },
      warningThreshold: 0.7,
    });
    expect(second).toEqual(profilesOf({})[1]);
  });
});
