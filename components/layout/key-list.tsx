"use client";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { Switch } from "@/components/ui/switch";
import { setSingleKeys, useSingleKeys } from "./preferences";
import { type Shortcut, usePrintedKeys, useShortcuts } from "./shortcuts";

const groups = ["Everywhere", "Go to", "On this page"] as const;

/** The keys that do something now, and the switch for those without a modifier. */
export function KeyList({ open, onClose }: { open: boolean; onClose: () => void }) {
  const all = useShortcuts();
  // Of two with the same keys (two groups of charts) the newest acts: it alone is listed.
  const shortcuts = all.filter(
    (one, place) => all.findLastIndex(({ keys }) => keys === one.keys) === place,
  );
  const singleKeys = useSingleKeys();
  return (
    <Dialog title="Keys" open={open} onClose={onClose} className="max-w-104">
      <div className="flex flex-col gap-3 overflow-y-auto px-3.5 pt-2 pb-3">
        {groups.map((group) => (
          <KeyGroup
            key={group}
            name={group}
            shortcuts={shortcuts.filter((shortcut) => shortcut.group === group)}
          />
        ))}
        <div className="border-t border-line-1 pt-2">
          <Switch label="Keys without ⌘ or Ctrl" checked={singleKeys} onChange={setSingleKeys} />
          <p className="type-11 text-fg-3">They never act while you type in a field.</p>
        </div>
      </div>
    </Dialog>
  );
}

function KeyGroup({ name, shortcuts }: { name: string; shortcuts: readonly Shortcut[] }) {
  if (shortcuts.length === 0) return null;
  return (
    <section aria-label={name}>
      <h3 className="type-11 font-medium text-fg-3">{name}</h3>
      <dl className="type-12">
        {shortcuts.map((shortcut) => (
          <div
            key={shortcut.keys}
            className="flex min-h-7 items-center justify-between gap-3 border-b border-line-1 last:border-b-0"
          >
            <dt>{shortcut.label}</dt>
            <dd className="flex gap-1">
              <Keys keys={shortcut.keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Keys({ keys }: { keys: string }) {
  const printed = usePrintedKeys(keys);
  const presses = keys.includes(" ") ? printed.split(" ") : [printed];
  return presses.map((press, index) => <Kbd key={index}>{press}</Kbd>);
}
