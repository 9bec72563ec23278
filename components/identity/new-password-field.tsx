"use client";
import { Check, Minus } from "lucide-react";
import { type RefObject, useId } from "react";
import { cn } from "@/components/ui/class-names";
import { PasswordField } from "@/components/ui/password-field";
import { type PasswordStrength, passwordStrength } from "./password-strength";

/** As domain/identity/user.ts has it, which would bring zod into the browser. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 256;

interface NewPasswordFieldProps {
  ref?: RefObject<HTMLInputElement | null>;
  label?: string;
  value: string;
  onText: (text: string) => void;
  /** Whose password it is: their address in it makes it weak. */
  email: string;
  problem: string | null;
}

/** A password to be made: how long it must be and how strong it seems, while it is typed. */
export function NewPasswordField({
  label = "Password",
  email,
  value,
  ...rest
}: NewPasswordFieldProps) {
  const hintId = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <PasswordField
        {...rest}
        label={label}
        name="new-password"
        value={value}
        autoComplete="new-password"
        maxLength={LONGEST_PASSWORD}
        hintId={hintId}
      />
      <div id={hintId} className="flex min-h-4 items-center gap-3 type-11 text-fg-3">
        <Rule isMet={value.length >= SHORTEST_PASSWORD} length={value.length} />
        {value.length >= SHORTEST_PASSWORD && (
          <Strength strength={passwordStrength(value, email)} />
        )}
      </div>
    </div>
  );
}

function Rule({ isMet, length }: { isMet: boolean; length: number }) {
  return (
    <span className={cn("flex items-center gap-1 [&>svg]:size-3", isMet && "text-ok")}>
      {isMet ? <Check /> : <Minus />}
      {isMet || length === 0
        ? `${SHORTEST_PASSWORD.toString()} characters or more`
        : `${(SHORTEST_PASSWORD - length).toString()} more of ${SHORTEST_PASSWORD.toString()} characters`}
    </span>
  );
}

const strengths: Readonly<Record<PasswordStrength, { word: string; bars: number; fill: string }>> =
  {
    weak: { word: "Easy to guess", bars: 1, fill: "bg-crit-fill" },
    fair: { word: "Fair", bars: 2, fill: "bg-warn-fill" },
    strong: { word: "Strong", bars: 3, fill: "bg-ok-fill" },
  };

function Strength({ strength }: { strength: PasswordStrength }) {
  const { word, bars, fill } = strengths[strength];
  return (
    <span className="ml-auto flex items-center gap-1.5">
      {word}
      <span aria-hidden="true" className="flex gap-0.5">
        {[1, 2, 3].map((bar) => (
          <span
            key={bar}
            className={cn("h-1 w-4 rounded-2", bar <= bars ? fill : "bg-surface-3")}
          />
        ))}
      </span>
    </span>
  );
}

/** What keeps a new password from being sent; null: nothing. */
export function newPasswordProblem(password: string): string | null {
  if (password === "") return "Give a password";
  return password.length < SHORTEST_PASSWORD
    ? `This has ${password.length.toString()} of ${SHORTEST_PASSWORD.toString()} characters`
    : null;
}
