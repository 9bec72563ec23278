"use client";
import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { menuItemClass, menuPopupClass } from "./menu-look";

interface ChoiceMenuProps {
  /** What is chosen: "Who". */
  label: string;
  icon: ReactNode;
  value: string;
  /** The first one means: no choice. */
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

/** One of many, behind a button that names what is chosen. */
export function ChoiceMenu({ label, icon, value, options, onChange }: ChoiceMenuProps) {
  const chosen = options.find((option) => option.value === value);
  const isNarrowed = value !== options[0]?.value;
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        className={cn(
          buttonClass({ size: "sm" }),
          isNarrowed && "border-accent-line bg-accent-soft",
        )}
      >
        {icon}
        {label}
        {isNarrowed && <span className="max-w-40 truncate font-normal">{chosen?.label}</span>}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} collisionPadding={12} className="z-30">
          <Menu.Popup className={cn(menuPopupClass, "max-h-(--available-height) overflow-y-auto")}>
            <Menu.RadioGroup value={value} onValueChange={onChange} aria-label={label}>
              {options.map((option) => (
                <Menu.RadioItem
                  key={option.value}
                  value={option.value}
                  closeOnClick
                  className={menuItemClass}
                >
                  <span className="grid size-3.5 flex-none place-content-center">
                    <Menu.RadioItemIndicator>
                      <Check />
                    </Menu.RadioItemIndicator>
                  </span>
                  <span className="min-w-0 truncate">{option.label}</span>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
