import type { ServerResponse } from "node:http";

const CREDENTIALS = "Cookie, Authorization, X-API-Key";

/**
 * Adds, when the head of an answer is about to leave, what follows from it whoever wrote it: a 401 says what to send, and an answer
 * that depends on who asks says so to caches. Answers the function that marks it as such.
 */
export function completeHead(res: ServerResponse): () => void {
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => ServerResponse;
  let isPersonal = false;
  // Node's own signatures: (status, reason?, headers?), and it is called for an implicit head too.
  res.writeHead = (...args: unknown[]) => {
    if (isPersonal) res.appendHeader("Vary", CREDENTIALS);
    if (args[0] === 401) res.setHeader("WWW-Authenticate", "Bearer");
    return writeHead(...args);
  };
  return () => {
    isPersonal = true;
  };
}
