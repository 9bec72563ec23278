export { requestUpstreamJson } from "./request-upstream-json";
export { parseAllowedUrl, requestUpstream, streamUpstream } from "./request-upstream";
