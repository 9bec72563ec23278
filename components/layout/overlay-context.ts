"use client";
import { createContext, use } from "react";

export type Overlay = "palette" | "keys" | "menu";

export interface Overlays {
  shown: Overlay | null;
  show: (overlay: Overlay) => void;
  close: () => void;
}

// Apart from the provider, which loads the dialogs: they use this themselves.
export const OverlayContext = createContext<Overlays>({
  shown: null,
  show: () => undefined,
  close: () => undefined,
});

/** The dialogs of the frame, one at a time. */
export function useOverlays(): Overlays {
  return use(OverlayContext);
}
