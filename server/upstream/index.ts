export { requestUpstreamJson } from "./request-upstream-json";
