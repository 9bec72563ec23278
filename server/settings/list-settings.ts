import type { EffectiveSettings } from "@/domain/system/effective-settings";
import { settingsTable } from "@/server/env";

export interface SettingsContext {
  /** What the portal was started with. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** Said in the place of a value that is, names or could hold a secret. */
const SET = "set";

/** Every setting in the order of `.env.example`: what acts, what the default is, what it means. Without secrets. */
export function listSettings({ environment }: SettingsContext): EffectiveSettings {
  const settings = settingsTable.map((setting) => {
    const text = environment[setting.name]?.trim() ?? "";
    const acting = text === "" ? setting.default : shownValue(setting, text);
    return { ...setting, value: acting === "" ? null : acting, isSet: text !== "" };
  });
  return { settings };
}

/** A file is not named: who wrote the key itself where its path belongs must not read it here. */
function shownValue({ name, range }: { name: string; range: string }, text: string): string {
  if (/_(?:FILE|SECRET|PASSWORD|KEY|TOKEN)$/.test(name)) return SET;
  if (!range.includes("comma separated")) return shownPart(text);
  return text
    .split(",")
    .map((part) => shownPart(part.trim()))
    .join(", ");
}

/** Of an address scheme, host, port and path; one that cannot be taken apart is not told at all. */
function shownPart(part: string): string {
  if (isEmailAddress(part) || !/:\/\/|[@?#]/.test(part)) return part;
  const url = part.includes("://") ? URL.parse(part) : null;
  if (url === null || url.host === "") return SET;
  const path = url.pathname === "/" ? "" : url.pathname;
  return `${url.protocol}//${url.host}${path}`;
}

function isEmailAddress(text: string): boolean {
  return /^[^\s@:/?#,]+@[^\s@:/?#,]+$/.test(text);
}
