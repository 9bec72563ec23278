export type { UsageContext } from "./usage-context";
export { createUsageFeature, type UsageFeature } from "./usage-feature";
export { createUsageStore } from "./usage-store";
