"use client";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { describeError, isUnauthenticated } from "@/components/trpc/describe-error";
import { useTRPC } from "@/components/trpc/trpc";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { emailProblem } from "./email-problem";
import { FormFailure } from "./form-failure";
import { NewPasswordField, newPasswordProblem } from "./new-password-field";
import { useHydrated } from "./use-hydrated";
import { useWait } from "./use-wait";
import { WaitStrip } from "./wait-strip";

interface SetupFormProps {
  /** From the link, or empty: then it is typed. */
  code: string;
  onCreated: () => void;
  /** There is an admin already. */
  onRefused: () => void;
}

type Values = Record<"code" | "email" | "password", string>;
type Problems = Record<keyof Values, string | null>;
const noProblems: Problems = { code: null, email: null, password: null };

/** The one-time code, and the account that it makes. */
export function SetupForm({ code, onCreated, onRefused }: SetupFormProps) {
  const [values, setValues] = useState<Values>({ code, email: "", password: "" });
  const [problems, setProblems] = useState(noProblems);
  const codeField = useRef<HTMLInputElement>(null);
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const wait = useWait();
  const isHydrated = useHydrated();
  const setup = useMutation(useTRPC().identity.setup.mutationOptions({ onSuccess: onCreated }));
  const isWaiting = wait.leftSeconds > 0;
  const isBusy = !isHydrated || isWaiting || setup.isPending || setup.isSuccess;
  const change = (next: Partial<Values>) => {
    setValues({ ...values, ...next });
  };

  const send = () => {
    const found = problemsOf(values);
    setProblems(found);
    const wrong = [
      found.code && codeField,
      found.email && emailField,
      found.password && passwordField,
    ].find((field) => field !== null);
    if (wrong) wrong.current?.focus();
    else
      setup.mutate(
        { ...values, code: values.code.trim(), email: values.email.trim() },
        { onError: retry },
      );
  };
  const retry = (error: unknown) => {
    wait.begin(error);
    if (isRefused(error)) onRefused();
    if (!isUnauthenticated(error)) return;
    setProblems({ ...noProblems, code: describeError(error).message });
    codeField.current?.focus();
    codeField.current?.select();
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
        ref={codeField}
        label="Code"
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="characters"
        autoFocus={code === ""}
        value={values.code}
        maxLength={128}
        onText={(text) => {
          change({ code: text });
        }}
        problem={problems.code}
      />
      <TextField
        ref={emailField}
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        autoFocus={code !== ""}
        placeholder="you@example.org"
        value={values.email}
        maxLength={254}
        onText={(email) => {
          change({ email });
        }}
        problem={problems.email}
      />
      <NewPasswordField
        ref={passwordField}
        value={values.password}
        email={values.email}
        onText={(password) => {
          change({ password });
        }}
        problem={problems.password}
      />
      {isWaiting && <WaitStrip leftSeconds={wait.leftSeconds} />}
      {setup.isError && !isWaiting && problems.code === null && (
        <FormFailure error={setup.error} consequence="No admin was made" />
      )}
      <Button type="submit" variant="primary" disabled={isBusy} className="h-8.5 max-md:h-11">
        {setup.isPending || setup.isSuccess ? "Creating" : "Create and sign in"}
      </Button>
    </form>
  );
}

function problemsOf({ code, email, password }: Values): Problems {
  return {
    code: code.trim() === "" ? "Give the code that the server printed" : null,
    email: emailProblem(email),
    password: newPasswordProblem(password),
  };
}

function isRefused(error: unknown): boolean {
  return describeError(error).code === "FORBIDDEN";
}
