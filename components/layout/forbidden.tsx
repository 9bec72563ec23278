"use client";
import { Copy, Lock } from "lucide-react";
import { Button, buttonClass } from "@/components/ui/button";
import { copyWithToast } from "@/components/ui/copy-text";
import { Panel } from "@/components/ui/panel";
import { EmptyState } from "@/components/ui/states";
import type { UserRole } from "@/domain/identity/user-role";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { SignInLink } from "./sign-in-link";
import { useWhoAmI } from "./use-who-am-i";

interface ForbiddenProps {
  /** What cannot be done, as the begin of a sentence: "Managing users and keys". */
  what: string;
  needs: UserRole;
}

/** In place of a page or panel that the role may not use: which role it needs, who asks, who can help. */
export function Forbidden({ what, needs }: ForbiddenProps) {
  const who = useWhoAmI().data;
  const title = `${what} needs ${needs === "viewer" ? "a" : "an"} ${needs}`;
  if (who === undefined) return null;
  return (
    <Panel label="Not allowed" className="w-full max-w-120 flex-none">
      <EmptyState
        icon={<Lock />}
        title={title}
        actions={
          who.via === "session" ? (
            <AskActions who={who} needs={needs} />
          ) : (
            <SignInLink className={buttonClass({ size: "sm" })}>Sign in</SignInLink>
          )
        }
      >
        <Explanation who={who} />
      </EmptyState>
    </Panel>
  );
}

function Explanation({ who }: { who: WhoAmI }) {
  if (who.via !== "session")
    return who.role === null
      ? "You are not signed in."
      : "You are not signed in: you can read, and change nothing.";
  return (
    <>
      You are signed in as <b>{who.email}</b>, role <b>{who.role}</b>. {helpers(who.admins)}
    </>
  );
}

function helpers(admins: readonly string[]): string {
  if (admins.length === 0) return "Ask an admin of this portal.";
  const names =
    admins.length === 1 ? admins[0] : `${admins.slice(0, -1).join(", ")} and ${admins.at(-1)}`;
  return `${names} ${admins.length === 1 ? "is admin" : "are admins"} here.`;
}

function AskActions({ who, needs }: { who: WhoAmI; needs: UserRole }) {
  return (
    <>
      <Button
        size="sm"
        icon={<Copy />}
        onClick={() => {
          void copyWithToast(requestText(who, needs), "Request copied");
        }}
      >
        Copy a request
      </Button>
      <SignInLink className={buttonClass({ size: "sm", variant: "quiet" })}>Switch user</SignInLink>
    </>
  );
}

/** To be sent to an admin by mail or chat. */
function requestText(who: WhoAmI, needs: UserRole): string {
  return `I need the role ${needs} in Sightline to use ${window.location.href}. I am signed in there as ${who.email}, role ${who.role}.`;
}
