"use client";
import { Clock, UserPlus } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { Strip } from "@/components/ui/strip";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { PlainHttpStrip } from "./plain-http-strip";
import { SignInLink } from "./sign-in-link";

const linkClass = buttonClass({ size: "sm" });

/** What must be known of who asks, above every page: the session ended, nobody is admin yet, passwords travel in the clear. */
export function IdentityStrips({ who }: { who: WhoAmI }) {
  return (
    <>
      {(who.sessionEnded || who.role === null) && <EndedStrip who={who} />}
      {who.setupOpen && <SetupStrip />}
      {who.plainHttp && <PlainHttpStrip className="px-4" />}
    </>
  );
}

function EndedStrip({ who }: { who: WhoAmI }) {
  return (
    <Strip
      tone="warn"
      icon={<Clock />}
      className="px-4"
      end={
        <SignInLink className={linkClass} hasEnded={who.sessionEnded}>
          Sign in again
        </SignInLink>
      }
    >
      <b>{who.sessionEnded ? "Your session ended." : "You are signed out."}</b>{" "}
      {who.role === null
        ? "What is shown stays; nothing new comes until you sign in."
        : "You go on reading without it, and can change nothing."}
    </Strip>
  );
}

function SetupStrip() {
  return (
    <Strip
      icon={<UserPlus />}
      className="px-4"
      end={
        <a href="/setup" className={linkClass}>
          Create the first admin
        </a>
      }
    >
      <b>Nobody may change anything yet.</b>{" "}
      <span className="max-md:hidden">
        On this machine you read without signing in; others are let in when there is an admin
      </span>
    </Strip>
  );
}
