import { describe, expect, test } from "vitest";
import { modelProfile } from "@/fixtures/model-profile";
import { parseSettings, type Settings } from "@/server/env";
import { firstProfiles } from "./first-profiles";
import { type ObservedServer, remarksOf } from "./profile-remarks";
import { settingsOfProfile } from "./settings-of-profile";

function settingsFrom(environment: Record<string, string>): Settings {
  const parsed = parseSettings(environment);
  if (!parsed.ok) throw new Error("These settings are right.");
  return parsed.settings;
}

describe("settings", () => {
  const remarks = (environment: Record<string, string>, given = {}) => {
    const settings = settingsOfProfile(environment, settingsFrom(environment));
    const [first] = firstProfiles(settingsFrom({}));
    const profile = modelProfile({ ...first, isDefault: true, ...given });
    return remarksOf(profile, { settings, servers: [] }).map(({ message }) => message);
  };

  test("what is not set says nothing, whatever the profile is", () => {
    expect(remarks({ NEMOTRON_CONTEXT_WINDOW: " " }, { contextWindow: 4_096 })).toEqual([]);
  });

  test("a setting that says the same is no remark, one that differs names both values", () => {
    const environment = { NEMOTRON_CONTEXT_WINDOW: "131072", NEMOTRON_MAX_OUTPUT_TOKENS: "2048" };
    expect(remarks(environment)).toEqual([
      expect.stringMatching(/^NEMOTRON_MAX_OUTPUT_TOKENS is 2,048 tokens.*1,536 tokens.*Change/),
    ]);
    expect(remarks(environment, { isDefault: false })).toEqual([]);
  });

  test.each([
    ["CONTEXT_UTILIZATION_WARNING_THRESHOLD", "0.9", "is 90 %, but this profile says 80 %"],
    ["LLM_TOKENIZER_ENCODING", "o200k_base", "is o200k_base, but this profile says cl100k_base"],
    ["LLM_TOKENIZER_ENCODING", "gpt9", "not known, and cl100k_base is used instead"],
  ])("%s=%s", (name, value, text) => {
    expect(remarks({ [name]: value })).toEqual([expect.stringContaining(text)]);
  });

  test("an encoding in the environment differs from a profile that counts in another way", () => {
    const id = "00000000-0000-4000-8000-0000000000aa";
    const environment = { LLM_TOKENIZER_ENCODING: "cl100k_base" };
    const server = { kind: "server", serverId: id, fallback: "cl100k_base" };
    expect(remarks(environment, { counting: server })[0]).toContain("model server's own tokenizer");
    const tokenizer = { kind: "tokenizer", tokenizerId: id };
    expect(remarks(environment, { counting: tokenizer })[0]).toContain("a tokenizer.json");
  });
});

describe("model servers", () => {
  const server: ObservedServer = {
    id: "00000000-0000-4000-8000-0000000000aa",
    name: "llama-1",
    slotWindow: 16_384,
    parallelSlots: 2,
    models: ["meta-llama-3-8b-instruct"],
  };
  const kinds = (
    profile: Parameters<typeof modelProfile>[0],
    given: Partial<ObservedServer> = {},
  ) => remarksOf(modelProfile(profile), { settings: [], servers: [{ ...server, ...given }] });

  test("one whose slots share the context that the profile has is no remark", () => {
    expect(kinds({ contextWindow: 32_768, parallelSlots: 2 })).toEqual([]);
  });

  test("a profile that reckons with the whole of a shared context is told the window of a slot", () => {
    const [window, slots] = kinds({ contextWindow: 32_768, parallelSlots: 1 });
    expect(window).toMatchObject({ kind: "window_differs" });
    expect(window?.message).toMatch(
      /16,384 tokens, this profile 32,768\. The server refuses or cuts/,
    );
    expect(window?.message).toContain("Set the window to 32,768 tokens with 2 slots");
    expect(slots).toMatchObject({ kind: "slots_differ" });
    expect(slots?.message).toContain("llama-1 has 2 slots, this profile 1.");
  });

  test("a larger window of the server is told, too", () => {
    const found = kinds({ contextWindow: 8_192, parallelSlots: 1 }, { parallelSlots: null });
    expect(found.map(({ kind }) => kind)).toEqual(["window_differs"]);
    expect(found[0]?.message).toContain("would take are over here");
  });

  test("what a server does not tell is not compared", () => {
    expect(kinds({}, { slotWindow: null, parallelSlots: null })).toEqual([]);
  });

  test("only the server that counts, or has the model, is compared", () => {
    expect(kinds({}, { models: ["another"] })).toEqual([]);
    const counting = { kind: "server", serverId: server.id, fallback: "cl100k_base" } as const;
    expect(kinds({ counting }, { models: ["another"] })).not.toEqual([]);
    const other = { ...counting, serverId: "00000000-0000-4000-8000-0000000000bb" };
    expect(kinds({ counting: other })).toEqual([]);
  });
});
