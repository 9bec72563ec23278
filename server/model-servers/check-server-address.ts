import { AppError, isAppError } from "@/server/errors";
import { parseAllowedUrl } from "@/server/upstream";

/**
 * The address as it is stored: that of the server, without the `/v1` that clients of OpenAI's API add. Throws INVALID for one that is not
 * http(s), that is link-local or a metadata service, or that carries a user name or a query: what its name resolves to is checked again
 * at every connect.
 */
export function checkServerAddress(url: string): string {
  const parsed = allowed(url);
  if (parsed.username !== "" || parsed.password !== "")
    throw new AppError(
      "INVALID",
      "Leave the user name and the password out of the address, and give the key of the server as its secret.",
    );
  if (parsed.search !== "" || parsed.hash !== "")
    throw new AppError("INVALID", "Give the address without anything behind ? or #.");
  return parsed.origin + parsed.pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
}

function allowed(url: string): URL {
  try {
    return parseAllowedUrl({ url, label: "The model server" });
  } catch (error) {
    if (isAppError(error)) throw new AppError("INVALID", error.message, { cause: error });
    throw error;
  }
}

/** It becomes a header. Throws INVALID. */
export function checkServerSecret(secret: string | null | undefined): void {
  if (typeof secret === "string" && !/^[\x21-\x7e]+$/.test(secret))
    throw new AppError(
      "INVALID",
      "The secret holds spaces or characters that no key has. Copy it again.",
    );
}
