import { type ClassValue, clsx } from "clsx";

const colour =
  "(surface|line|fg|accent|ok|warn|crit|info|series|on-accent|transparent|current|inherit)";

// What a class sets, of the kinds that a component lets its user override. A general merger knows all of Tailwind
// and costs 8 KB of every first page; this knows what is used here.
const properties: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["type", /^type-/],
  ["weight", /^font-(normal|medium|semibold)$/],
  ["text", new RegExp(`^text-${colour}`)],
  ["align", /^text-(left|right|center)$/],
  ["background", new RegExp(`^bg-${colour}`)],
  ["border", new RegExp(`^border-${colour}`)],
  ["border-style", /^border-(solid|dashed|dotted)$/],
  ["position", /^(static|relative|absolute|fixed|sticky)$/],
  ["display", /^(block|inline|inline-block|flex|inline-flex|grid|contents|hidden)$/],
];
const bySize =
  /^-?(p|px|py|pt|pr|pb|pl|m|mx|my|mt|mr|mb|ml|w|h|size|min-w|min-h|max-w|max-h|gap-x|gap-y|gap|rounded|shadow|opacity|justify|items|self)-/;

/** `max-md:hover:bg-ok` → `max-md:hover:background`; null when it may stand beside any other class. */
function propertyOf(name: string): string | null {
  const variantsEnd = name.lastIndexOf(":", name.includes("[") ? name.indexOf("[") : undefined) + 1;
  const utility = name.slice(variantsEnd).replace(/^!|!$/, "");
  const property =
    bySize.exec(utility)?.[1] ?? properties.find(([, pattern]) => pattern.test(utility))?.[0];
  return property === undefined ? null : name.slice(0, variantsEnd) + property;
}

/** Joins class names; of two that set the same property under the same condition the later one wins. */
export function cn(...classes: ClassValue[]): string {
  const names = clsx(classes).split(" ");
  const last = new Map<string, number>();
  const set = names.map((name, index) => {
    const property = propertyOf(name);
    if (property !== null) last.set(property, index);
    return property;
  });
  return names
    .filter((name, index) => {
      const property = set[index] ?? null;
      return name !== "" && (property === null || last.get(property) === index);
    })
    .join(" ");
}
