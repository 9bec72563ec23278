/** A batch of ten history queries fits; Node's own limit for all headers together is above it. */
const MAX_TARGET_LENGTH = 16_384;

export interface RequestTarget {
  /** Starts with exactly one slash; still percent-encoded, so it is compared and never decoded into a file name. */
  path: string;
  query: URLSearchParams;
}

export interface TargetProblem {
  status: 400 | 414;
  message: string;
}

/** Only the origin form of a target is taken: no absolute address, no `//host`, no `*`. */
export function parseTarget(url: string | undefined): RequestTarget | TargetProblem {
  const target = url ?? "";
  if (target.length > MAX_TARGET_LENGTH)
    return {
      status: 414,
      message: "The address is too long: send fewer or smaller queries at once.",
    };
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (!/^\/(?!\/)[\w\-./~!$&'()*+,;=:@%[\]]*$/.test(path) || !isDecodable(path))
    return { status: 400, message: "The address is malformed." };
  return { path, query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)) };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
