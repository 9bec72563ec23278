import type { Logger } from "@/server/logger";
import type { TokenServices } from "./token-services";
import type { TokensContext } from "./tokens-context";
import { UploadSlots } from "./upload-slots";

const MOST_UPLOADS = 2;

/** Counts, validates and truncates prompts with what the features beside it give. */
export function createTokensFeature({
  settings,
  logger,
  ...services
}: TokenServices & {
  settings: { contextTruncationEnabled: boolean };
  logger: Pick<Logger, "warn">;
}): { context: TokensContext } {
  const { contextTruncationEnabled } = settings;
  const uploads = new UploadSlots(MOST_UPLOADS);
  return { context: { ...services, contextTruncationEnabled, uploads, logger } };
}
