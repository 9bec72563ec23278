export type { InferenceContext } from "./inference-context";
export { createInferenceFeature } from "./inference-feature";
export { InferenceLedger } from "./inference-ledger";
export { withInferenceRates } from "./with-inference-rates";
