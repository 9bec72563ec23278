"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { PasswordField } from "@/components/ui/password-field";
import { showToast } from "@/components/ui/toast";
import { FormFailure } from "./form-failure";
import { LONGEST_PASSWORD, NewPasswordField, newPasswordProblem } from "./new-password-field";
import { useWait } from "./use-wait";
import { WaitStrip } from "./wait-strip";

const empty = { current: "", next: "" };
const noProblems: Record<keyof typeof empty, string | null> = { current: null, next: null };

/** Changes one's own password; the other sessions end with it. `email`: whose, for password managers. */
export function PasswordPanel({ email }: { email: string }) {
  const [values, setValues] = useState(empty);
  const [problems, setProblems] = useState(noProblems);
  const currentField = useRef<HTMLInputElement>(null);
  const nextField = useRef<HTMLInputElement>(null);
  const wait = useWait();
  const queryClient = useQueryClient();
  const { changePassword, sessions } = useTRPC().identity;
  const save = useMutation(
    changePassword.mutationOptions({
      onSuccess: ({ count }) => {
        setValues(empty);
        showToast({ tone: "ok", text: `Password changed.${endedText(count)}` });
        return queryClient.invalidateQueries({ queryKey: sessions.queryKey() });
      },
    }),
  );
  const isWaiting = wait.leftSeconds > 0;

  const send = () => {
    const found = {
      current: values.current === "" ? "Give your current password" : null,
      next: newPasswordProblem(values.next),
    };
    setProblems(found);
    if (found.current !== null) currentField.current?.focus();
    else if (found.next !== null) nextField.current?.focus();
    else
      save.mutate(
        { currentPassword: values.current, newPassword: values.next },
        { onError: retry },
      );
  };
  const retry = (error: unknown) => {
    wait.begin(error);
    currentField.current?.focus();
    currentField.current?.select();
  };

  return (
    <Panel title="Password">
      <form
        noValidate
        method="post"
        className="flex flex-col gap-3 px-3 pt-1 pb-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending && !isWaiting) send();
        }}
      >
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <PasswordField
          ref={currentField}
          label="Current password"
          name="current-password"
          autoComplete="current-password"
          value={values.current}
          maxLength={LONGEST_PASSWORD}
          onText={(current) => {
            setValues({ ...values, current });
          }}
          problem={problems.current}
        />
        <NewPasswordField
          ref={nextField}
          label="New password"
          value={values.next}
          email={email}
          onText={(next) => {
            setValues({ ...values, next });
          }}
          problem={problems.next}
        />
        {isWaiting && <WaitStrip leftSeconds={wait.leftSeconds} />}
        {save.isError && !isWaiting && (
          <FormFailure error={save.error} consequence="Your password is as it was" />
        )}
        <Button
          type="submit"
          variant="primary"
          disabled={save.isPending || isWaiting}
          className="h-8.5 max-md:h-11"
        >
          {save.isPending ? "Changing" : "Change password"}
        </Button>
        <p className="type-11 text-fg-3">Your other sessions end with it.</p>
      </form>
    </Panel>
  );
}

function endedText(count: number): string {
  if (count === 0) return "";
  return count === 1 ? " One other session ended." : ` ${count.toString()} other sessions ended.`;
}
