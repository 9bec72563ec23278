import { AppError, isAppError } from "@/server/errors";
import { parseAllowedUrl } from "@/server/upstream";

/**
 * The address as it is stored. Throws INVALID for one that is not http(s), that is link-local or a metadata service, or that
 * carries a user name: what its name resolves to is checked again at every connect.
 */
export function checkWebhookAddress(url: string): string {
  const parsed = allowed(url);
  if (parsed.username !== "" || parsed.password !== "")
    throw new AppError(
      "INVALID",
      "Leave the user name and the password out of the address: messages are signed with a secret of their own.",
    );
  parsed.hash = "";
  return parsed.href;
}

function allowed(url: string): URL {
  try {
    return parseAllowedUrl({ url, label: "The target" });
  } catch (error) {
    if (isAppError(error)) throw new AppError("INVALID", error.message, { cause: error });
    throw error;
  }
}
