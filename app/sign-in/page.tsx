import type { Metadata } from "next";
import { Suspense } from "react";
import { Door } from "@/components/identity/door";
import { SignInPage } from "@/components/identity/sign-in-page";

export const metadata: Metadata = { title: "Sign in" };

export default function SignInRoute() {
  return (
    <Suspense fallback={<Door title="Sign in" />}>
      <SignInPage />
    </Suspense>
  );
}
