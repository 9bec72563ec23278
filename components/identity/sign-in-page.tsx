"use client";
import { KeyRound } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { backPathOf, ENDED_PARAM } from "@/components/layout/doors";
import { loadPage } from "@/components/layout/load-page";
import { changeAddress } from "@/components/layout/url-state";
import { useWhoAmI } from "@/components/layout/use-who-am-i";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Door } from "./door";
import { SignInForm } from "./sign-in-form";
import { SignInNotes } from "./sign-in-notes";

/** The sign-in page. Needs <Suspense> above it (it reads the address). */
export function SignInPage() {
  const params = useSearchParams();
  const who = useWhoAmI().data;
  const backPath = backPathOf(params.get("return_to"));
  const [hasEnded] = useState(() => params.has(ENDED_PARAM));
  useEffect(() => {
    changeAddress({ [ENDED_PARAM]: null }, "replace"); // it is said once
  }, []);
  return (
    <Door title="Sign in" foot={<Foot isSetupOpen={who?.setupOpen === true} />}>
      <SignInNotes
        who={who}
        hasEnded={hasEnded}
        backPath={backPath}
        problem={params.get("problem")}
      />
      <SignInForm
        onSignedIn={() => {
          loadPage(backPath);
        }}
      />
      {typeof who?.oidcName === "string" && <Provider name={who.oidcName} backPath={backPath} />}
    </Door>
  );
}

function Provider({ name, backPath }: { name: string; backPath: string }) {
  return (
    <>
      <div className="flex items-center gap-2.5 type-11 text-fg-3 before:flex-1 before:border-t before:border-line-1 after:flex-1 after:border-t after:border-line-1">
        or
      </div>
      <a
        href={`/api/auth/oidc/start?return_to=${encodeURIComponent(backPath)}`}
        className={cn(buttonClass({}), "h-8.5 max-md:h-11")}
      >
        <KeyRound />
        <span className="min-w-0 truncate">Continue with {name}</span>
      </a>
    </>
  );
}

function Foot({ isSetupOpen }: { isSetupOpen: boolean }) {
  if (!isSetupOpen) return "No account? Ask an admin of this portal";
  return (
    <>
      There is no admin yet.{" "}
      <a href="/setup" className="font-medium text-accent hover:underline">
        Create the first one
      </a>
    </>
  );
}
