"use client";
import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useId, useState } from "react";
import { IconButton } from "./icon-button";

interface PasswordFieldProps extends Omit<ComponentProps<"input">, "onChange" | "type" | "id"> {
  label: string;
  /** Password managers fill the one and offer to make the other. */
  autoComplete: "current-password" | "new-password";
  onText: (text: string) => void;
  problem?: string | null;
  /** Id of what is said about it elsewhere. */
  hintId?: string | undefined;
}

/** A password, hidden until its eye is pressed. */
export function PasswordField({
  label,
  onText,
  problem = null,
  hintId,
  ...rest
}: PasswordFieldProps) {
  const id = useId();
  const problemId = useId();
  const [isShown, setIsShown] = useState(false);
  const described = [hintId, problem === null ? undefined : problemId].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1 type-12 text-fg-2">
      <label htmlFor={id}>{label}</label>
      <div className="relative flex">
        <input
          spellCheck={false}
          autoCapitalize="none"
          {...rest}
          id={id}
          type={isShown ? "text" : "password"}
          aria-invalid={problem !== null}
          aria-describedby={described === "" ? undefined : described}
          onChange={(event) => {
            onText(event.target.value);
          }}
          className="h-8.5 min-w-0 flex-1 rounded-6 border border-line-control bg-surface-1 pr-9 pl-2 type-13 text-fg-1 placeholder:text-fg-3 focus-visible:border-accent max-md:h-11"
        />
        <IconButton
          label={isShown ? "Hide the password" : "Show the password"}
          aria-controls={id}
          icon={isShown ? <EyeOff /> : <Eye />}
          className="absolute top-1/2 right-1.25 -translate-y-1/2"
          onClick={() => {
            setIsShown(!isShown);
          }}
        />
      </div>
      {problem !== null && (
        <span id={problemId} className="type-11 text-crit">
          {problem}
        </span>
      )}
    </div>
  );
}
