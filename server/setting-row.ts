import type * as z from "zod";
import type { Settings } from "./env.ts";

// Loaded by the start script without a build, as env.ts is.

export interface SettingRow<Key extends keyof Settings = keyof Settings> {
  name: string;
  /** As written in `.env`; "" when the default is to leave it unset. */
  default: string;
  range: string;
  meaning: string;
  key: Key;
  schema: z.ZodType<Settings[Key], string>;
  whenUnset: Settings[Key];
}

/** Ties the type of a row's key to its schema and its default. */
export function row<Key extends keyof Settings>(setting: SettingRow<Key>): SettingRow<Key> {
  return setting;
}
