const HTTPS_NAME = "__Host-sightline";
const HTTP_NAME = "sightline";

/** `__Host-` keeps other hosts and paths from setting it, and needs Secure; a browser takes neither from plain http. */
export function sessionCookieName(isHttps: boolean): string {
  return isHttps ? HTTPS_NAME : HTTP_NAME;
}

/** A Set-Cookie header that signs somebody in. The browser drops it with the session's absolute end, in epoch milliseconds. */
export function sessionCookie(session: {
  token: string;
  expiresAtMs: number;
  isHttps: boolean;
}): string {
  const expires = `Expires=${new Date(session.expiresAtMs).toUTCString()}`;
  return write(session.token, expires, session.isHttps);
}

/** A Set-Cookie header that signs out. */
export function clearedSessionCookie({ isHttps }: { isHttps: boolean }): string {
  return write("", "Max-Age=0", isHttps);
}

function write(value: string, end: string, isHttps: boolean): string {
  const flags = `Path=/; HttpOnly; SameSite=Lax${isHttps ? "; Secure" : ""}`;
  return `${sessionCookieName(isHttps)}=${value}; ${flags}; ${end}`;
}
