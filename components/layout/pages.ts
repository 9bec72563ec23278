import { CircleUser, Cpu, LayoutDashboard, UserCog } from "lucide-react";
import type { ComponentType } from "react";
import { TokensIcon } from "@/components/ui/icons";
import type { UserRole } from "@/domain/identity/user-role";

export interface Page {
  href: string;
  label: string;
  icon: ComponentType<{ className?: string }>;
  /** `g`, then this key. */
  key: string;
  /** Heading above it in the navigation; `you`: in the menu of the account instead. */
  group: "Observe" | "Operate" | "you" | null;
  /** Pages that are reached through it and mark it as current. */
  below: readonly string[];
  /** The least role that it is of use to, or `account`: whoever is signed in. It is offered to nobody else. */
  needs: UserRole | "account";
}

/** Every page inside the frame; navigation, bottom bar, `g` keys and palette come from here, by `usePages`. */
export const pages: readonly Page[] = [
  {
    href: "/",
    label: "Overview",
    icon: LayoutDashboard,
    key: "o",
    group: null,
    below: [],
    needs: "viewer",
  },
  {
    href: "/gpus",
    label: "GPUs",
    icon: Cpu,
    key: "g",
    group: "Observe",
    below: ["/gpu"],
    needs: "viewer",
  },
  {
    href: "/tokens",
    label: "Tokens",
    icon: TokensIcon,
    key: "t",
    group: "Observe",
    below: ["/tokens/playground", "/tokens/models", "/tokens/budgets", "/tokens/ledger"],
    needs: "viewer",
  },
  {
    href: "/admin",
    label: "Admin",
    icon: UserCog,
    key: "a",
    group: "Operate",
    below: [],
    needs: "admin",
  },
  {
    href: "/account",
    label: "Account",
    icon: CircleUser,
    key: "u",
    group: "you",
    below: [],
    needs: "account",
  },
];

export function isCurrent(page: Page, pathname: string): boolean {
  return page.href === pathname || page.below.includes(pathname);
}

const titlesBelow: Partial<Record<string, string>> = {
  "/gpu": "GPU",
  "/tokens/playground": "Playground",
  "/tokens/models": "Models",
  "/tokens/budgets": "Budgets",
  "/tokens/ledger": "Ledger",
};

/** Name of a page before it names itself. */
export function titleOf(pathname: string): string {
  const below = titlesBelow[pathname];
  if (below !== undefined) return below;
  return pages.find((page) => page.href === pathname)?.label ?? "Not found";
}
