import type { ComponentProps, ReactNode } from "react";
import { cn } from "./class-names";
import { Kbd } from "./kbd";

type ButtonVariant = "primary" | "accent" | "outline" | "quiet" | "danger";
type ButtonSize = "md" | "sm";

interface ButtonLook {
  /** One `primary` a view; `danger` only inside a confirmation. */
  variant?: ButtonVariant;
  size?: ButtonSize;
}

const variants: Record<ButtonVariant, string> = {
  primary: "bg-fg-1 text-fg-inverse border-fg-1 hover:opacity-90",
  accent: "bg-accent-soft border-accent-line text-accent hover:border-accent",
  outline: "bg-surface-1 border-line-2 text-fg-1 hover:bg-surface-2 [&_svg]:text-fg-2",
  quiet: "text-fg-2 border-transparent hover:bg-surface-2 hover:text-fg-1",
  danger: "bg-crit-fill border-crit-fill text-on-accent hover:opacity-90",
};

const sizes: Record<ButtonSize, string> = {
  md: "h-control type-13 px-2.5",
  // The drawn size stays small on a phone; the target grows to 44 px around it.
  sm: "type-12 relative h-6 px-2 max-md:h-7 max-md:after:absolute max-md:after:-inset-2",
};

/** Classes of a button, for a link that looks like one. */
export function buttonClass({ variant = "outline", size = "md" }: ButtonLook): string {
  return cn(
    "rounded-6 inline-flex flex-none cursor-default items-center justify-center gap-1.5 border font-medium whitespace-nowrap",
    "transition-[background-color,border-color,color,opacity] duration-(--motion-state)",
    "disabled:pointer-events-none disabled:opacity-50",
    sizes[size],
    variants[variant],
    variant === "quiet" && "px-1.5",
  );
}

interface ButtonProps extends ComponentProps<"button">, ButtonLook {
  icon?: ReactNode;
  /** The key that does the same; shown, not bound. */
  shortcut?: string | undefined;
}

export function Button({
  variant,
  size,
  icon,
  shortcut,
  className,
  children,
  ...rest
}: ButtonProps) {
  const isFilled = variant !== undefined && !["outline", "quiet"].includes(variant);
  return (
    <button
      type="button"
      className={cn(buttonClass({ ...(variant && { variant }), ...(size && { size }) }), className)}
      {...rest}
    >
      {icon}
      {children}
      {shortcut !== undefined && (
        <Kbd
          className={cn(
            "max-md:hidden",
            isFilled && "border-current/40 bg-transparent text-inherit",
          )}
        >
          {shortcut}
        </Kbd>
      )}
    </button>
  );
}
