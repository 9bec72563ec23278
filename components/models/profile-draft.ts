import { contextBudgetOf, type ContextBudget } from "@/domain/tokens/context-budget";
import { DEFAULT_ENCODING, type Encoding } from "@/domain/tokens/encodings";
import type { KvCacheType } from "@/domain/tokens/kv-cache";
import type { ModelProfile, ProfileCounting, ProfileFields } from "@/domain/tokens/model-profile";
import { defaultSectionPriorities } from "@/domain/tokens/section-priorities";
import { readCount, readDecimal } from "./read-count";

/** What stands in the form: numbers as they were typed. */
export interface ProfileDraft {
  name: string;
  /** One a line, or apart by commas. */
  modelNames: string;
  contextWindow: string;
  parallelSlots: string;
  maxOutputTokens: string;
  warningPercent: string;
  truncationEnabled: boolean;
  countingKind: ProfileCounting["kind"];
  /** Of a server it is what counts while the server does not answer. */
  encoding: Encoding;
  tokenizerId: string;
  serverId: string;
  chatTemplate: ProfileFields["chatTemplate"];
  sections: { name: string; required: boolean }[];
  overrides: OverrideDraft[];
  layers: string;
  kvHeads: string;
  headSize: string;
  cacheType: KvCacheType;
  weightsGib: string;
}

/** Empty: as in the profile. */
export interface OverrideDraft {
  /** Of this form alone, so that rows keep their fields when one goes. */
  key: number;
  service: string;
  contextWindow: string;
  maxOutputTokens: string;
  warningPercent: string;
  truncation: "profile" | "on" | "off";
}

const MAX_TOKENS = 100_000_000;
export const windowBounds = { min: 1, max: MAX_TOKENS };
export const outputBounds = { min: 0, max: MAX_TOKENS };
export const slotBounds = { min: 1, max: 10_000 };
export const percentBounds = { above: 0, max: 100 };

export function newProfileDraft(): ProfileDraft {
  return {
    name: "",
    modelNames: "",
    contextWindow: "32768",
    parallelSlots: "1",
    maxOutputTokens: "1536",
    warningPercent: "80",
    truncationEnabled: true,
    countingKind: "encoding",
    encoding: DEFAULT_ENCODING,
    tokenizerId: "",
    serverId: "",
    chatTemplate: "chatml",
    sections: defaultSectionPriorities.map((name) => ({ name, required: false })),
    overrides: [],
    layers: "",
    kvHeads: "",
    headSize: "",
    cacheType: "f16",
    weightsGib: "",
  };
}

const textOf = (value: number | null) => (value === null ? "" : String(value));
const percentOf = (share: number | null) =>
  share === null ? "" : String(Number((share * 100).toFixed(6)));

export function draftOf(profile: ModelProfile): ProfileDraft {
  const { counting, kvShape } = profile;
  return {
    name: profile.name,
    modelNames: profile.modelNames.join("\n"),
    contextWindow: String(profile.contextWindow),
    parallelSlots: String(profile.parallelSlots),
    maxOutputTokens: String(profile.maxOutputTokens),
    warningPercent: percentOf(profile.warningThreshold),
    truncationEnabled: profile.truncationEnabled,
    countingKind: counting.kind,
    ...countingDraft(counting),
    chatTemplate: profile.chatTemplate,
    sections: profile.sectionPriorities,
    overrides: profile.overrides.map((override, key) => ({
      key,
      service: override.service,
      contextWindow: textOf(override.contextWindow),
      maxOutputTokens: textOf(override.maxOutputTokens),
      warningPercent: percentOf(override.warningThreshold),
      truncation: truncationOf(override.truncationEnabled),
    })),
    layers: textOf(kvShape?.layers ?? null),
    kvHeads: textOf(kvShape?.kvHeads ?? null),
    headSize: textOf(kvShape?.headSize ?? null),
    cacheType: kvShape?.cacheType ?? "f16",
    weightsGib: textOf(profile.weightsGib),
  };
}

function truncationOf(enabled: boolean | null): OverrideDraft["truncation"] {
  if (enabled === null) return "profile";
  return enabled ? "on" : "off";
}

function countingDraft(counting: ProfileCounting) {
  return {
    encoding:
      counting.kind === "encoding"
        ? counting.encoding
        : counting.kind === "server"
          ? counting.fallback
          : DEFAULT_ENCODING,
    tokenizerId: counting.kind === "tokenizer" ? counting.tokenizerId : "",
    serverId: counting.kind === "server" ? counting.serverId : "",
  };
}

/** What a prompt may have, as far as the fields say it; a sentence when they do not. */
export function budgetOf(
  draft: Pick<
    ProfileDraft,
    "contextWindow" | "parallelSlots" | "maxOutputTokens" | "warningPercent"
  >,
): ContextBudget | string {
  const contextWindow = readCount(draft.contextWindow, windowBounds);
  const parallelSlots = readCount(draft.parallelSlots, slotBounds);
  const maxOutputTokens = readCount(draft.maxOutputTokens, outputBounds);
  const threshold = readDecimal(draft.warningPercent, percentBounds);
  if (
    contextWindow === null ||
    parallelSlots === null ||
    maxOutputTokens === null ||
    threshold === null
  )
    return "Fill in the window, the slots, the output and the warning to see what is left for a prompt.";
  try {
    return contextBudgetOf({
      contextWindow,
      parallelSlots,
      maxOutputTokens,
      warningThreshold: threshold / 100,
    });
  } catch {
    return "Nothing is left for a prompt: the output must be less than the window divided by the slots.";
  }
}

export function modelNamesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** For the server; only of a draft without problems. */
export function fieldsOf(draft: ProfileDraft): ProfileFields {
  const count = (text: string) => readCount(text, outputBounds) ?? 0;
  const orNull = (text: string) => (text.trim() === "" ? null : count(text));
  const share = (text: string) => Number((Number(text.trim()) / 100).toFixed(8));
  return {
    name: draft.name.trim(),
    modelNames: modelNamesOf(draft.modelNames),
    contextWindow: count(draft.contextWindow),
    parallelSlots: count(draft.parallelSlots),
    maxOutputTokens: count(draft.maxOutputTokens),
    warningThreshold: share(draft.warningPercent),
    truncationEnabled: draft.truncationEnabled,
    counting: countingOf(draft),
    chatTemplate: draft.chatTemplate,
    sectionPriorities: draft.sections,
    overrides: draft.overrides.map((override) => ({
      service: override.service.trim(),
      contextWindow: orNull(override.contextWindow),
      maxOutputTokens: orNull(override.maxOutputTokens),
      warningThreshold:
        override.warningPercent.trim() === "" ? null : share(override.warningPercent),
      truncationEnabled: override.truncation === "profile" ? null : override.truncation === "on",
    })),
    kvShape:
      draft.layers.trim() === ""
        ? null
        : {
            layers: count(draft.layers),
            kvHeads: count(draft.kvHeads),
            headSize: count(draft.headSize),
            cacheType: draft.cacheType,
          },
    weightsGib: draft.weightsGib.trim() === "" ? null : Number(draft.weightsGib.trim()),
  };
}

function countingOf(draft: ProfileDraft): ProfileCounting {
  const { countingKind: kind, encoding, tokenizerId, serverId } = draft;
  if (kind === "tokenizer") return { kind, tokenizerId };
  return kind === "server" ? { kind, serverId, fallback: encoding } : { kind, encoding };
}
