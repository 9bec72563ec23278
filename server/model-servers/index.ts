export { createModelServersFeature } from "./model-servers-feature";
export type { ModelServersContext } from "./model-servers-context";
export { createModelServerStore } from "./model-server-store";
