"use client";
import { LogIn } from "lucide-react";
import { lazy, Suspense } from "react";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { useLazyPanel } from "@/components/ui/use-lazy-panel";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { initialsOf } from "./initials";
import { SignInLink } from "./sign-in-link";
import { useWhoAmI } from "./use-who-am-i";

const AccountPanel = lazy(async () => ({
  default: (await import("./account-panel")).AccountPanel,
}));

/** Right end of the top bar: who one is, or the way to sign in. */
export function AccountMenu() {
  const who = useWhoAmI().data;
  if (who === undefined) return <span className="size-(--control) rounded-full bg-surface-2" />;
  return who.via === "session" ? <Avatar who={who} /> : <Stranger canRead={who.role !== null} />;
}

function Stranger({ canRead }: { canRead: boolean }) {
  return (
    <>
      {canRead && (
        <Badge tone="dashed" className="max-lg:hidden">
          Read only, not signed in
        </Badge>
      )}
      <SignInLink className={cn(buttonClass({}), "max-md:w-9 max-md:px-0")}>
        <LogIn />
        <span className="max-md:sr-only">Sign in</span>
      </SignInLink>
    </>
  );
}

function Avatar({ who }: { who: WhoAmI }) {
  const { anchor, isOpen, wasOpened, toggle, close } = useLazyPanel();
  const email = who.email ?? "";
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-label={`Account: ${email}, ${who.role ?? "no role"}`}
        data-initials={initialsOf({ name: who.name, email })}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={toggle}
        className={cn(
          "grid size-7 flex-none place-content-center rounded-full border border-line-2 bg-surface-3 type-11 font-semibold text-fg-2 hover:border-line-control hover:text-fg-1",
          "before:content-[attr(data-initials)]", // drawn: read out, they would be noise before the name
          "max-md:hidden", // there it stands in the menu
          isOpen && "border-line-control text-fg-1",
        )}
      />
      <Suspense fallback={null}>
        {wasOpened && <AccountPanel who={who} anchor={anchor} open={isOpen} onClose={close} />}
      </Suspense>
    </>
  );
}
