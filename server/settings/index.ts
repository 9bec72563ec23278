export type { SettingsContext } from "./list-settings";
