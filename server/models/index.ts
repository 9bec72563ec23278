export type { ModelsContext } from "./models-context";
export { createModelsFeature, type ModelsFeature } from "./models-feature";
export { createProfileStore, type ProfileStore } from "./profile-store";
