"use client";
import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useEffectEvent,
  useId,
  useState,
  useSyncExternalStore,
} from "react";
import { belongsToElement, chordOf, printedKeys } from "./key-chord";
import { areSingleKeysOn } from "./preferences";

export interface Shortcut {
  /** `Mod+k`, `Space`, `Shift+z`, or two presses: `g o`. */
  keys: string;
  /** What it does, for the list of keys. */
  label: string;
  group: "Everywhere" | "Go to" | "On this page";
  /** Acts again and again while the key is held down. */
  repeats?: boolean;
}

interface Registered extends Shortcut {
  run: () => void;
}

const SECOND_PRESS_WITHIN_MS = 1_000;

type Registry = ReturnType<typeof createRegistry>;

function createRegistry() {
  const byId = new Map<string, Registered>();
  const listeners = new Set<() => void>();
  let list: readonly Registered[] = [];
  let firstPress: { key: string; atMs: number } | null = null;

  function changed() {
    list = [...byId.values()];
    for (const listener of listeners) listener();
  }

  function runHeld(chord: string): boolean {
    const found = find(chord);
    if (found?.repeats !== true) return false;
    found.run();
    return true;
  }

  // The newest wins, so that a page may take a key over for as long as it is shown.
  const find = (keys: string) => list.findLast((shortcut) => shortcut.keys === keys);

  return {
    list: () => list,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    add(id: string, shortcut: Registered) {
      byId.set(id, shortcut);
      changed();
      return () => {
        byId.delete(id);
        changed();
      };
    },
    /** True when the press did something or began a pair. */
    press(chord: string, { timeStamp: atMs, repeat }: Pick<KeyboardEvent, "timeStamp" | "repeat">) {
      if (repeat) return runHeld(chord);
      const isSecond = firstPress !== null && atMs - firstPress.atMs <= SECOND_PRESS_WITHIN_MS;
      const pair = isSecond && firstPress ? find(`${firstPress.key} ${chord}`) : undefined;
      firstPress = null;
      const found = pair ?? find(chord);
      if (found !== undefined) {
        found.run();
        return true;
      }
      if (!list.some((shortcut) => shortcut.keys.startsWith(`${chord} `))) return false;
      firstPress = { key: chord, atMs };
      return true;
    },
  };
}

const ShortcutContext = createContext<Registry | null>(null);

/** Listens to the keyboard once for the whole page. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(createRegistry);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const chord = chordOf(event);
      if (belongsToElement(chord, event.target)) return;
      if (!chord.startsWith("Mod+") && chord !== "Escape" && !areSingleKeysOn()) return;
      if (registry.press(chord, event)) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [registry]);
  return <ShortcutContext value={registry}>{children}</ShortcutContext>;
}

function useRegistry(): Registry {
  const registry = use(ShortcutContext);
  if (registry === null) throw new Error("Wrap this in ShortcutProvider.");
  return registry;
}

/** Binds a key for as long as the caller is mounted; it then stands in the list of keys. */
export function useShortcut(shortcut: Shortcut, run: () => void): void {
  const { keys, label, group, repeats = false } = shortcut;
  const registry = useRegistry();
  const id = useId();
  const latest = useEffectEvent(run);
  useEffect(
    () =>
      registry.add(`${id} ${keys}`, {
        keys,
        label,
        group,
        repeats,
        run: () => {
          latest();
        },
      }),
    [registry, id, keys, label, group, repeats],
  );
}

/** All keys that do something now. */
export function useShortcuts(): readonly Shortcut[] {
  const registry = useRegistry();
  return useSyncExternalStore(registry.subscribe, registry.list, registry.list);
}

const never = () => () => undefined;

/** Keys as this machine prints them; `Ctrl K` in built HTML. */
export function usePrintedKeys(keys: string): string {
  const isMac = useSyncExternalStore(
    never,
    () => /Mac|iPhone|iPad/.test(navigator.userAgent),
    () => false,
  );
  return printedKeys(keys, isMac);
}
