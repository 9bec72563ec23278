"use client";
import { Keyboard, LogIn, LogOut } from "lucide-react";
import { usePathname } from "next/navigation";
import { Button, buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Dialog } from "@/components/ui/dialog";
import { FleetFacts } from "./fleet-facts";
import { useOverlays } from "./overlay-context";
import { isCurrent } from "./pages";
import { RangeLink } from "./range-link";
import { SignInLink } from "./sign-in-link";
import { ThemeChoice } from "./theme-choice";
import { usePages } from "./use-pages";
import { useSignOut } from "./use-sign-out";
import { useWhoAmI } from "./use-who-am-i";

/** The navigation on narrow screens: all pages, theme, keys, what is true now. */
export function MenuSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const pathname = usePathname();
  const { show } = useOverlays();
  return (
    <Dialog title="Sightline" open={open} onClose={onClose} place="left" className="max-w-70">
      <nav aria-label="All pages" className="flex flex-1 flex-col overflow-y-auto px-2 pt-2">
        {usePages().map((page) => (
          <RangeLink
            key={page.href}
            href={page.href}
            onClick={onClose}
            aria-current={isCurrent(page, pathname) ? "page" : undefined}
            className={cn(
              "flex h-11 items-center gap-2.5 rounded-6 px-2 font-medium text-fg-2",
              "aria-[current=page]:bg-surface-3 aria-[current=page]:text-fg-1",
            )}
          >
            <page.icon className="size-4" />
            {page.label}
          </RangeLink>
        ))}
      </nav>
      <div className="flex flex-col gap-3 border-t border-line-1 p-3.5">
        <div className="flex items-center justify-between gap-3">
          <span className="type-12 text-fg-2">Theme</span>
          <ThemeChoice />
        </div>
        <Button
          icon={<Keyboard />}
          onClick={() => {
            show("keys");
          }}
        >
          Keys
        </Button>
        <Who />
        <FleetFacts />
      </div>
    </Dialog>
  );
}

/** Who one is, and the way in or out: the top bar has no room for it here. */
function Who() {
  const who = useWhoAmI().data;
  const signOut = useSignOut();
  if (who === undefined) return null;
  if (who.via !== "session")
    return (
      <>
        {who.role !== null && (
          <p className="type-12 text-fg-2">You read without signing in, and can change nothing.</p>
        )}
        <SignInLink className={buttonClass({})}>
          <LogIn />
          Sign in
        </SignInLink>
      </>
    );
  return (
    <>
      <p className="type-12 break-words text-fg-2">
        {who.email}, {who.role}
      </p>
      <Button
        icon={<LogOut />}
        disabled={signOut.isPending}
        onClick={() => {
          signOut.mutate();
        }}
      >
        Sign out
      </Button>
    </>
  );
}
