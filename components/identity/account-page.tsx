"use client";
import { UserRound } from "lucide-react";
import { SignInLink } from "@/components/layout/sign-in-link";
import { usePageTitle } from "@/components/layout/page-title";
import { useWhoAmI } from "@/components/layout/use-who-am-i";
import { describeError } from "@/components/trpc/describe-error";
import { buttonClass } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { EmptyState, ErrorState, LoadingState } from "@/components/ui/states";
import { OwnSessionsPanel } from "./own-sessions-panel";
import { PasswordPanel } from "./password-panel";
import { YouPanel } from "./you-panel";

/** One's own account: who one is here, where one is signed in, the password. */
export function AccountPage() {
  usePageTitle({ title: "Account" });
  const { data: who, error, refetch } = useWhoAmI();
  if (who === undefined)
    return (
      <Panel label="Account" className="max-w-120">
        {error === null ? (
          <LoadingState label="Your account" waitingFor="The server looks up who you are">
            <Skeleton className="w-1/3" />
            <Skeleton className="w-2/3" />
          </LoadingState>
        ) : (
          <ErrorState
            title="Your account was not read"
            {...describeError(error)}
            onRetry={() => void refetch()}
          />
        )}
      </Panel>
    );
  if (who.via !== "session") return <NoAccount />;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_336px] items-start gap-3 max-lg:grid-cols-[minmax(0,1fr)]">
      <OwnSessionsPanel />
      <div className="flex min-w-0 flex-col gap-3 max-lg:-order-1">
        <YouPanel who={who} />
        <PasswordPanel email={who.email ?? ""} />
      </div>
    </div>
  );
}

function NoAccount() {
  return (
    <Panel label="Account" className="w-full max-w-120 flex-none">
      <EmptyState
        icon={<UserRound />}
        title="You are not signed in"
        actions={<SignInLink className={buttonClass({ size: "sm" })}>Sign in</SignInLink>}
      >
        This page is about your own account: your sessions and your password.
      </EmptyState>
    </Panel>
  );
}
