"use client";
import { LogOut } from "lucide-react";
import { useSignOut } from "@/components/layout/use-sign-out";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import type { UserRole } from "@/domain/identity/user-role";
import type { WhoAmI } from "@/domain/identity/who-am-i";

const mayDo: Readonly<Record<UserRole, string>> = {
  viewer: "You read everything but stored prompts, and change nothing.",
  operator: "You read, and control what is measured: profiling, sampling, silences.",
  admin: "You read, control, and manage users, keys and settings.",
};

/** Who one is here, and what that allows. */
export function YouPanel({ who }: { who: WhoAmI }) {
  const signOut = useSignOut();
  const hasName = who.name !== null && who.name !== "";
  return (
    <Panel
      title="You"
      actions={
        <Button
          size="sm"
          icon={<LogOut />}
          disabled={signOut.isPending}
          onClick={() => {
            signOut.mutate();
          }}
        >
          Sign out
        </Button>
      }
    >
      <div className="flex flex-col gap-1 px-3 pb-3">
        <div className="flex min-w-0 items-center gap-2">
          <b className="min-w-0 truncate font-semibold" title={who.email ?? undefined}>
            {hasName ? who.name : who.email}
          </b>
          {who.role !== null && <Badge tone="plain">{who.role}</Badge>}
        </div>
        {hasName && <div className="truncate type-12 text-fg-2">{who.email}</div>}
        {who.role !== null && (
          <p className="type-12 text-pretty text-fg-2">
            {mayDo[who.role]} {who.role !== "admin" && helpOf(who.admins)}
          </p>
        )}
      </div>
    </Panel>
  );
}

function helpOf(admins: readonly string[]): string {
  return admins.length === 0 ? "" : `For more ask ${admins.join(" or ")}.`;
}
