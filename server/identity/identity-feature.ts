import type { IncomingMessage } from "node:http";
import type { Settings } from "@/server/env";
import type { ClientFacts } from "@/server/http/client-facts";
import type { Logger } from "@/server/logger";
import type { Actor } from "@/server/policy/policy";
import { type ActorSettings, createActorOf } from "./actor-of";
import { createClientOf } from "./client-of";
import { CredentialCache } from "./credential-cache";
import { watchCredentialFile } from "./credential-file";
import type { CredentialStore } from "./credential-store";
import { watchActors } from "./watch-actors";

export interface IdentityFeature {
  /** What the connection and trusted proxies say of the other end. */
  clientOf: (req: IncomingMessage) => ClientFacts;
  /** Who asks, from cookie or key. Rejects with UNAVAILABLE when it cannot be looked up now. */
  actorOf: (req: IncomingMessage, client: ClientFacts) => Actor | Promise<Actor>;
  /** Calls `onEnd` once, within 5 s after the session or key no longer holds or its rights have changed. Answers how to stop watching. */
  watch: (actor: Actor, onEnd: () => void) => () => void;
  /** Told by whoever changes a user, session or key, after the change is committed. */
  credentials: CredentialCache;
  stop: () => Promise<void>;
}

export type IdentitySettings = ActorSettings &
  Pick<Settings, "publicUrl" | "trustedProxies" | "initialAdminKeyFile">;

/** Who asks, from cookies and keys. Throws an AppError with one sentence when a key file cannot serve. */
export function createIdentityFeature(options: {
  store: CredentialStore;
  settings: IdentitySettings;
  logger: Pick<Logger, "debug" | "info" | "warn">;
  nowMs: () => number;
  monotonicMs?: () => number;
}): IdentityFeature {
  const { store, settings, nowMs, logger } = options;
  const keyFile = watchCredentialFile({ ...options, file: settings.initialAdminKeyFile });
  const credentials = new CredentialCache(options);
  const watcher = watchActors({
    store,
    credentials,
    keyFile,
    sessionIdleMs: settings.sessionIdleMs,
    nowMs,
    logger,
  });
  return {
    clientOf: createClientOf(settings),
    actorOf: createActorOf({ credentials, keyFile, settings, nowMs }),
    watch: (actor, onEnd) => watcher.watch(actor, onEnd),
    credentials,
    async stop() {
      watcher.stop();
      await credentials.stop();
    },
  };
}
