import type { SystemAbout } from "@/domain/system/system-about";

export interface SystemContext {
  version: string;
  /** HOST is this machine only. */
  isLoopbackOnly: boolean;
}

/** The version, and whether pages must warn that nothing protects the server. */
export function readAbout(ctx: SystemContext): SystemAbout {
  return { version: ctx.version, unprotected: !ctx.isLoopbackOnly };
}
