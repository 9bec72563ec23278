export { createPressureFeature, type PressureFeature } from "./pressure-feature";
export type { PressureContext } from "./pressure-context";
export { createPressureStore, type PressureStore } from "./pressure-store";
export { createWebhookStore, type WebhookStore } from "./webhook-store";
