// Free of zod: the sign-in page imports it.

const MAX_LENGTH = 1_000;
/** Each decoding may bring out another layer; what still changes after so many is refused. */
const MAX_LAYERS = 4;

/**
 * Where to go after signing in: the given path of this site with its query, or `/` for anything else: another site (`//host`,
 * `/\host`, `https:…`, also percent-encoded), the API, odd characters, or too long a text.
 */
export function returnPathOf(text: string | null): string {
  return text !== null && isLocal(text) ? text : "/";
}

function isLocal(text: string): boolean {
  if (text.length > MAX_LENGTH || !/^\/[\x21-\x7e]*$/.test(text)) return false;
  const [path = ""] = text.split(/[?#]/, 1);
  return isPlain(path) && !text.includes("\\");
}

/** No layer of the path may look like a host, a step upwards or an address of the API. */
function isPlain(path: string): boolean {
  let layer = path;
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    if (/\/[/\\]|[\\\p{Cc}]|\/\.{1,2}(?:\/|$)|^\/api(?:\/|$)/iu.test(layer)) return false;
    const decoded = decode(layer);
    if (decoded === null) return false;
    if (decoded === layer) return true;
    layer = decoded;
  }
  return false;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
