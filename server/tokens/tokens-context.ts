import type { Logger } from "@/server/logger";
import type { TokenServices } from "./token-services";
import type { UploadSlots } from "./upload-slots";

/** What the verbs of counting get. */
export interface TokensContext extends TokenServices {
  /** CONTEXT_TRUNCATION_ENABLED. */
  contextTruncationEnabled: boolean;
  uploads: UploadSlots;
  logger: Pick<Logger, "warn">;
}
