import type { ProfileStore } from "./profile-store";
import type { SettingOfProfile } from "./settings-of-profile";

/** What the verbs of model profiles need. */
export interface ModelsContext {
  store: ProfileStore;
  /** Those that are really set in the environment. */
  settings: readonly SettingOfProfile[];
  /** Makes the first profiles where there are none: at the start, or as soon as the database answers. */
  ensureSeeded: () => Promise<void>;
  /** Something was changed: what is kept in memory is read again before it is used. */
  onChange: () => void;
}
