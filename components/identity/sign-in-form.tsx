"use client";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { Button } from "@/components/ui/button";
import { PasswordField } from "@/components/ui/password-field";
import { TextField } from "@/components/ui/text-field";
import { emailProblem } from "./email-problem";
import { FormFailure } from "./form-failure";
import { useHydrated } from "./use-hydrated";
import { useWait } from "./use-wait";
import { WaitStrip } from "./wait-strip";

interface SignInFormProps {
  /** Called once the browser has the session. */
  onSignedIn: () => void;
}

interface Problems {
  email: string | null;
  password: string | null;
}

/** E-mail address and password. */
export function SignInForm({ onSignedIn }: SignInFormProps) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({ email: null, password: null });
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const wait = useWait();
  const isHydrated = useHydrated();
  const signIn = useMutation(useTRPC().identity.signIn.mutationOptions({ onSuccess: onSignedIn }));
  const isWaiting = wait.leftSeconds > 0;
  // Also after the answer, until the next page is there: a second press would open a second session.
  const isBusy = !isHydrated || isWaiting || signIn.isPending || signIn.isSuccess;

  const send = () => {
    // Password managers may fill in without an event: what stands in the fields counts.
    const typed = {
      email: (emailField.current?.value ?? email).trim(),
      password: passwordField.current?.value ?? password,
    };
    const found: Problems = {
      email: emailProblem(typed.email),
      password: typed.password === "" ? "Give your password" : null,
    };
    setProblems(found);
    if (found.email !== null) emailField.current?.focus();
    else if (found.password !== null) passwordField.current?.focus();
    else signIn.mutate(typed, { onError: retry });
  };
  const retry = (error: unknown) => {
    wait.begin(error);
    passwordField.current?.focus();
    passwordField.current?.select();
  };

  return (
    <form
      noValidate
      method="post" // never into the address, whatever sends it
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) send();
      }}
    >
      <TextField
        ref={emailField}
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        autoFocus
        value={email}
        maxLength={254}
        onText={setEmail}
        problem={problems.email}
      />
      <PasswordField
        ref={passwordField}
        label="Password"
        name="password"
        autoComplete="current-password"
        value={password}
        maxLength={256}
        onText={setPassword}
        problem={problems.password}
      />
      {isWaiting && <WaitStrip leftSeconds={wait.leftSeconds} />}
      {signIn.isError && !isWaiting && (
        <FormFailure error={signIn.error} consequence="You are not signed in" />
      )}
      <Button
        type="submit"
        variant="primary"
        shortcut="↵"
        disabled={isBusy}
        className="h-8.5 max-md:h-11"
      >
        {signIn.isPending || signIn.isSuccess ? "Signing in" : "Sign in"}
      </Button>
    </form>
  );
}
