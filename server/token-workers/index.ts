export { createTokenWorkers } from "./create-token-workers";
