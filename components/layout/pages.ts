import { Cpu, LayoutDashboard, type LucideIcon } from "lucide-react";

export interface Page {
  href: string;
  label: string;
  icon: LucideIcon;
  /** `g`, then this key. */
  key: string;
  /** Heading above it in the navigation. */
  group: "Observe" | null;
  /** Pages that are reached through it and mark it as current. */
  below: readonly string[];
}

/** Every page that exists; navigation, bottom bar, `g` keys and palette come from here. */
export const pages: readonly Page[] = [
  { href: "/", label: "Overview", icon: LayoutDashboard, key: "o", group: null, below: [] },
  { href: "/gpus", label: "GPUs", icon: Cpu, key: "g", group: "Observe", below: ["/gpu"] },
];

export function isCurrent(page: Page, pathname: string): boolean {
  return page.href === pathname || page.below.includes(pathname);
}

/** Name of a page before it names itself. */
export function titleOf(pathname: string): string {
  if (pathname === "/gpu") return "GPU";
  return pages.find((page) => page.href === pathname)?.label ?? "Not found";
}
