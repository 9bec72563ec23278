import type { CollectorMessage } from "@/domain/gpu/collector-message";

const MAX_UNSENT = 64;

/**
 * The way to the portal. While it does not read, all but the statuses of sources is dropped, so that memory stays bounded:
 * those are few, and each tells what the one before did not.
 */
export function createPortalChannel(): { send: (message: CollectorMessage) => void } {
  let unsent = 0;
  return {
    send: (message) => {
      if (!process.connected || process.send === undefined) return;
      if (message.type !== "sources" && unsent >= MAX_UNSENT) return;
      unsent += 1;
      // An error means that the portal is gone; `disconnect` follows and ends this process.
      process.send(message, undefined, {}, () => {
        unsent -= 1;
      });
    },
  };
}
