import { requestUpstream, type UpstreamRequest } from "./request-upstream";
import { upstreamError } from "./upstream-error";

/** As `requestUpstream`, for an answer in JSON. The value is foreign: give it to a schema before anything else. */
export async function requestUpstreamJson(request: UpstreamRequest): Promise<unknown> {
  const { body } = await requestUpstream(request);
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch (error) {
    throw upstreamError(`${request.label} answered something that is not JSON`, error);
  }
}
