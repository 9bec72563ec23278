"use client";
import type { ComponentProps } from "react";
import { signInHref } from "./doors";

/** To the sign-in page and back to what is shown when it is pressed. Loads the page anew: nothing of before stays. */
export function SignInLink({
  hasEnded = false,
  ...props
}: Omit<ComponentProps<"a">, "href" | "onClick"> & { hasEnded?: boolean }) {
  return (
    <a
      href="/sign-in"
      onClick={(event) => {
        event.currentTarget.href = signInHref({ hasEnded });
      }}
      {...props}
    />
  );
}
