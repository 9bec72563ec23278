"use client";
import { Keyboard } from "lucide-react";
import type { RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { Switch } from "@/components/ui/switch";
import { useOverlays } from "./overlay-context";
import { setSingleKeys, useSingleKeys } from "./preferences";
import { ThemeChoice } from "./theme-choice";

interface DisplayPanelProps {
  anchor: RefObject<HTMLButtonElement | null>;
  open: boolean;
  onClose: () => void;
}

export function DisplayPanel({ anchor, open, onClose }: DisplayPanelProps) {
  const { show } = useOverlays();
  const singleKeys = useSingleKeys();
  return (
    <Popover
      label="Display"
      anchor={anchor}
      open={open}
      onClose={onClose}
      className="flex w-72 flex-col gap-1.5 p-3"
    >
      <div className="flex min-h-7 items-center justify-between gap-3 type-12 text-fg-2">
        Theme
        <ThemeChoice />
      </div>
      <Switch label="Keys without ⌘ or Ctrl" checked={singleKeys} onChange={setSingleKeys} />
      <Button
        size="sm"
        variant="quiet"
        className="justify-start"
        icon={<Keyboard />}
        shortcut="?"
        onClick={() => {
          onClose();
          show("keys");
        }}
      >
        All keys
      </Button>
    </Popover>
  );
}
