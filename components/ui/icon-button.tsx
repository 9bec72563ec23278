import type { ComponentProps, ReactNode } from "react";
import { buttonClass } from "./button";
import { cn } from "./class-names";

interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** What it does, a verb: it is the accessible name and the tooltip. */
  label: string;
  icon: ReactNode;
  variant?: "outline" | "quiet";
  size?: "md" | "sm";
}

export function IconButton({
  label,
  icon,
  variant = "quiet",
  size = "sm",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cn(
        buttonClass({ variant, size }),
        "px-0",
        size === "sm" ? "w-6 max-md:w-7" : "w-(--control)",
        className,
      )}
      {...rest}
    >
      {icon}
    </button>
  );
}
