import { type Encoding, DEFAULT_ENCODING, isEncoding } from "@/domain/tokens/encodings";
import type { ProfileFields } from "@/domain/tokens/model-profile";
import { defaultSectionPriorities } from "@/domain/tokens/section-priorities";
import type { Settings } from "@/server/env";

export type FirstProfileSettings = Pick<
  Settings,
  | "firstProfileContextWindow"
  | "firstProfileMaxOutputTokens"
  | "firstProfileEncoding"
  | "firstProfileWarningThreshold"
>;

/** What an encoding's name means: an unknown one is counted as cl100k_base. */
export function encodingOf(name: string): Encoding {
  return isEncoding(name) ? name : DEFAULT_ENCODING;
}

/**
 * The profiles of an empty database, the default first: what runs in production, as the settings say, and what fits a small GPU of a
 * developer. Attention layers, KV heads and head size are those of each model's published config.json.
 */
export function firstProfiles(settings: FirstProfileSettings): [ProfileFields, ProfileFields] {
  const both = {
    parallelSlots: 1,
    truncationEnabled: true,
    chatTemplate: "chatml",
    sectionPriorities: defaultSectionPriorities.map((name) => ({ name, required: false })),
    overrides: [],
    weightsGib: null,
  } as const;
  return [
    {
      ...both,
      name: "nemotron-3-nano-30b",
      modelNames: ["Nemotron-3-Nano-30B-A3B", "nemotron"],
      contextWindow: settings.firstProfileContextWindow,
      maxOutputTokens: settings.firstProfileMaxOutputTokens,
      warningThreshold: settings.firstProfileWarningThreshold,
      counting: { kind: "encoding", encoding: encodingOf(settings.firstProfileEncoding) },
      sectionPriorities: [...both.sectionPriorities],
      overrides: [],
      kvShape: { layers: 6, kvHeads: 2, headSize: 128, cacheType: "f16" },
    },
    {
      ...both,
      name: "nemotron-mini-4b-instruct",
      modelNames: ["Nemotron-Mini-4B-Instruct-GGUF", "nemotron-mini"],
      contextWindow: 4_096,
      maxOutputTokens: 1_536,
      warningThreshold: 0.8,
      counting: { kind: "encoding", encoding: DEFAULT_ENCODING },
      sectionPriorities: [...both.sectionPriorities],
      overrides: [],
      kvShape: { layers: 32, kvHeads: 8, headSize: 128, cacheType: "f16" },
    },
  ];
}
