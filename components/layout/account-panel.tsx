"use client";
import { LogOut } from "lucide-react";
import type { RefObject } from "react";
import { Kbd } from "@/components/ui/kbd";
import { Popover } from "@/components/ui/popover";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { RangeLink } from "./range-link";
import { usePages } from "./use-pages";
import { useSignOut } from "./use-sign-out";

interface AccountPanelProps {
  who: WhoAmI;
  anchor: RefObject<HTMLButtonElement | null>;
  open: boolean;
  onClose: () => void;
}

const rowClass =
  "flex h-7 w-full items-center gap-2 rounded-6 px-2 text-left font-medium text-fg-2 hover:bg-surface-2 hover:text-fg-1 max-md:h-11";

/** Who one is, the pages that are about oneself, and the way out. */
export function AccountPanel({ who, anchor, open, onClose }: AccountPanelProps) {
  const pages = usePages().filter(({ group, href }) => group === "you" || href === "/admin");
  const signOut = useSignOut();
  const hasName = who.name !== null && who.name !== "";
  return (
    <Popover
      label="Account"
      anchor={anchor}
      open={open}
      onClose={onClose}
      className="flex w-60 flex-col p-1.5"
    >
      <div className="mb-1.5 border-b border-line-1 px-2 pt-1 pb-2">
        <div className="truncate font-semibold" title={who.email ?? undefined}>
          {hasName ? who.name : who.email}
        </div>
        <div className="truncate type-12 text-fg-3">
          {hasName && `${who.email ?? ""}, `}
          {who.role}
        </div>
      </div>
      {pages.map((page) => (
        <RangeLink key={page.href} href={page.href} onClick={onClose} className={rowClass}>
          <page.icon className="size-4" />
          {page.label}
          <span className="ml-auto flex gap-1 max-md:hidden">
            <Kbd>g</Kbd>
            <Kbd>{page.key}</Kbd>
          </span>
        </RangeLink>
      ))}
      <button
        type="button"
        disabled={signOut.isPending}
        className={rowClass}
        onClick={() => {
          signOut.mutate();
        }}
      >
        <LogOut className="size-4" />
        Sign out
      </button>
    </Popover>
  );
}
