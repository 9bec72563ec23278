import type { PlaygroundSearch } from "@/components/playground/use-profile-choice";
import { isEncoding } from "@/domain/tokens/encodings";

const MAX_NAME_LENGTH = 128;

/** What the address of the playground says; what it cannot mean counts as absent. The prompt is never in it. */
export function parsePlaygroundSearch(params: Pick<URLSearchParams, "get">): PlaygroundSearch {
  const profile = params.get("profile") ?? "";
  const encoding = params.get("encoding") ?? "";
  return {
    profile: profile === "" || profile.length > MAX_NAME_LENGTH ? null : profile,
    encoding: isEncoding(encoding) ? encoding : null,
    isTruncating: params.get("truncate") !== "off",
  };
}
