"use client";
import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { loadPage } from "@/components/layout/load-page";
import { PlainHttpStrip } from "@/components/layout/plain-http-strip";
import { changeAddress } from "@/components/layout/url-state";
import { useWhoAmI } from "@/components/layout/use-who-am-i";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Door } from "./door";
import { SetupForm } from "./setup-form";

/** Makes the first admin. Needs <Suspense> above it (it reads the address). */
export function SetupPage() {
  const params = useSearchParams();
  const who = useWhoAmI();
  const [code] = useState(() => params.get("code") ?? "");
  const [isDone, setIsDone] = useState(false);
  useEffect(() => {
    changeAddress({ code: null }, "replace"); // or it stays in the history, and is copied with the link
  }, []);
  if (isDone || who.data?.setupOpen === false) return <SetUpAlready who={who.data} />;
  return (
    <Door title="Create the first admin" foot="Others get their accounts from this admin">
      {who.data?.plainHttp === true && <PlainHttpStrip className="rounded-6 border" />}
      <p className="type-12 text-pretty text-fg-2">
        The code was printed when the portal started, or lies in the file{" "}
        <code className="type-code text-fg-1">setup-code</code> of its data folder. It works once,
        for 60 minutes. There is no default password.
      </p>
      <SetupForm
        code={code}
        onCreated={() => {
          loadPage("/");
        }}
        onRefused={() => {
          setIsDone(true);
        }}
      />
    </Door>
  );
}

function SetUpAlready({ who }: { who: { via: string; email: string | null } | undefined }) {
  const isSignedIn = who?.via === "session";
  return (
    <Door title="There is an admin already" foot="No account? Ask an admin of this portal">
      <p className="type-12 text-pretty text-fg-2">
        This page makes the first admin and then closes; its link is used up.{" "}
        {isSignedIn ? `You are signed in as ${who.email ?? ""}.` : "Sign in with your account."}
      </p>
      <a
        href={isSignedIn ? "/" : "/sign-in"}
        className={cn(buttonClass({ variant: "primary" }), "h-8.5 max-md:h-11")}
      >
        {isSignedIn ? "Open the overview" : "Sign in"}
      </a>
    </Door>
  );
}
