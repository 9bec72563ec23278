import type { SystemAbout } from "@/domain/system/system-about";

export interface SystemContext {
  version: string;
}

/** What every page needs to know of the server it talks to. */
export function readAbout({ version }: SystemContext): SystemAbout {
  return { version };
}
