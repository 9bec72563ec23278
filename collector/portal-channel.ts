import type { CollectorMessage } from "@/domain/gpu/collector-message";

const MAX_UNSENT = 64;

/** The way to the portal. Samples are dropped while it does not read, so that memory stays bounded. */
export function createPortalChannel(): { send: (message: CollectorMessage) => void } {
  let unsent = 0;
  return {
    send: (message) => {
      if (!process.connected || process.send === undefined) return;
      if (message.type === "samples" && unsent >= MAX_UNSENT) return;
      unsent += 1;
      // An error means that the portal is gone; `disconnect` follows and ends this process.
      process.send(message, undefined, {}, () => {
        unsent -= 1;
      });
    },
  };
}
