import type { ModelProfile } from "@/domain/tokens/model-profile";
import { isEncoding } from "@/domain/tokens/encodings";
import { encodingOf, type FirstProfileSettings } from "./first-profiles";

/** A setting of the environment that once made a value of the default profile. */
export interface SettingOfProfile {
  name: string;
  /** As a person would write it. */
  text: string;
  /** Null: the profile says the same; else what it says instead. */
  differs: (profile: ModelProfile) => string | null;
  /** What is wrong with the setting itself. */
  problem: string | null;
}

const full = new Intl.NumberFormat("en-US");
const tokens = (count: number) => `${full.format(count)} tokens`;
const share = (value: number) => `${Number((value * 100).toFixed(4))} %`;

/** Those that are set; one that is left to its default says nothing about the profile. */
export function settingsOfProfile(
  environment: Readonly<Record<string, string | undefined>>,
  settings: FirstProfileSettings,
): SettingOfProfile[] {
  const known = settings.firstProfileEncoding;
  const encoding = encodingOf(known);
  const all: SettingOfProfile[] = [
    {
      name: "NEMOTRON_CONTEXT_WINDOW",
      text: tokens(settings.firstProfileContextWindow),
      differs: ({ contextWindow }) =>
        contextWindow === settings.firstProfileContextWindow ? null : tokens(contextWindow),
      problem: null,
    },
    {
      name: "NEMOTRON_MAX_OUTPUT_TOKENS",
      text: tokens(settings.firstProfileMaxOutputTokens),
      differs: ({ maxOutputTokens }) =>
        maxOutputTokens === settings.firstProfileMaxOutputTokens ? null : tokens(maxOutputTokens),
      problem: null,
    },
    {
      name: "LLM_TOKENIZER_ENCODING",
      text: known,
      differs: ({ counting }) => {
        if (counting.kind !== "encoding")
          return counting.kind === "server"
            ? "the model server's own tokenizer"
            : "a tokenizer.json";
        return counting.encoding === encoding ? null : counting.encoding;
      },
      problem: isEncoding(known)
        ? null
        : `LLM_TOKENIZER_ENCODING names an encoding that is not known, and ${encoding} is used instead. Set it to cl100k_base, o200k_base, p50k_base or r50k_base, or remove it.`,
    },
    {
      name: "CONTEXT_UTILIZATION_WARNING_THRESHOLD",
      text: share(settings.firstProfileWarningThreshold),
      differs: ({ warningThreshold }) =>
        warningThreshold === settings.firstProfileWarningThreshold ? null : share(warningThreshold),
      problem: null,
    },
  ];
  return all.filter(({ name }) => (environment[name] ?? "").trim() !== "");
}
