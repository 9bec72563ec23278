"use client";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { type Overlay, OverlayContext, type Overlays } from "./overlay-context";
import { useShortcut } from "./shortcuts";

// Nobody waits for a dialog that is not open: their code comes with the first use.
const CommandPalette = lazy(async () => ({
  default: (await import("./command-palette")).CommandPalette,
}));
const KeyList = lazy(async () => ({ default: (await import("./key-list")).KeyList }));
const MenuSheet = lazy(async () => ({ default: (await import("./menu-sheet")).MenuSheet }));

/** Holds the dialogs of the frame, one at a time. */
export function OverlayProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Overlay | null>(null);
  // A dialog that was open stays mounted: unmounted with its close it could not give the focus back.
  const [used, setUsed] = useState<ReadonlySet<Overlay>>(new Set());
  const overlays = useMemo<Overlays>(
    () => ({
      shown,
      show: (overlay) => {
        setShown(overlay);
        setUsed((before) => (before.has(overlay) ? before : new Set(before).add(overlay)));
      },
      close: () => {
        setShown(null);
      },
    }),
    [shown],
  );
  return (
    <OverlayContext value={overlays}>
      {children}
      <OverlayKeys overlays={overlays} />
      <Suspense fallback={null}>
        {used.has("palette") && (
          <CommandPalette open={shown === "palette"} onClose={overlays.close} />
        )}
        {used.has("keys") && <KeyList open={shown === "keys"} onClose={overlays.close} />}
        {used.has("menu") && <MenuSheet open={shown === "menu"} onClose={overlays.close} />}
      </Suspense>
    </OverlayContext>
  );
}

function OverlayKeys({ overlays }: { overlays: Overlays }) {
  useShortcut({ keys: "Mod+k", label: "Search or jump to", group: "Everywhere" }, () => {
    if (overlays.shown === "palette") overlays.close();
    else overlays.show("palette");
  });
  useShortcut({ keys: "?", label: "All keys", group: "Everywhere" }, () => {
    overlays.show("keys");
  });
  return null;
}
