import type { ComponentProps } from "react";
import { cn } from "./class-names";

/** A table of a panel: 12 px text, hairlines, no zebra. Put it into a container that scrolls sideways. */
export function Table({ className, ...rest }: ComponentProps<"table">) {
  return <table className={cn("w-full border-collapse type-12", className)} {...rest} />;
}

interface CellLook {
  /** Numbers stand right. */
  isNumber?: boolean;
}

export function HeadCell({ isNumber, className, ...rest }: ComponentProps<"th"> & CellLook) {
  return (
    <th
      scope="col"
      className={cn(
        "h-6.5 border-b border-line-1 px-2 type-11 font-medium whitespace-nowrap text-fg-3 first:pl-3 last:pr-3",
        isNumber === true ? "text-right" : "text-left",
        className,
      )}
      {...rest}
    />
  );
}

export function Cell({ isNumber, className, ...rest }: ComponentProps<"td"> & CellLook) {
  return (
    <td
      className={cn(
        "h-row border-b border-line-1 px-2 whitespace-nowrap first:pl-3 last:pr-3 [tr:last-child>&]:border-b-0",
        isNumber === true && "text-right",
        className,
      )}
      {...rest}
    />
  );
}
