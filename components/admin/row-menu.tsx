"use client";
import { Menu } from "@base-ui/react/menu";
import { Ellipsis } from "lucide-react";
import type { ReactNode, Ref } from "react";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { menuItemClass, menuPopupClass } from "./menu-look";

interface RowAction {
  /** A verb: "Reset password". */
  label: string;
  icon: ReactNode;
  run: () => void;
  /** Takes something away: in the colour of that, and apart from the rest. */
  isDanger?: boolean;
}

interface RowMenuProps {
  /** "More for deploy-bot". */
  label: string;
  actions: readonly RowAction[];
  trigger?: Ref<HTMLButtonElement>;
}

/** What can be done with one row, behind a button at its end. */
export function RowMenu({ label, actions, trigger }: RowMenuProps) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        ref={trigger}
        aria-label={label}
        title={label}
        className={cn(buttonClass({ variant: "quiet", size: "sm" }), "w-6 px-0 max-md:w-7")}
      >
        <Ellipsis />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} collisionPadding={12} className="z-30">
          <Menu.Popup className={menuPopupClass}>
            {actions.map((action) => (
              <Menu.Item
                key={action.label}
                onClick={action.run}
                className={cn(
                  menuItemClass,
                  action.isDanger === true ? "text-crit" : "[&>svg]:text-fg-3",
                )}
              >
                {action.icon}
                {action.label}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
