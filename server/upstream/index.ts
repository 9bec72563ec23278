export { createUpstreamFetch, type UpstreamFetch } from "./create-upstream-fetch";
export { requestUpstreamJson } from "./request-upstream-json";
export { parseAllowedUrl, requestUpstream, streamUpstream } from "./request-upstream";
