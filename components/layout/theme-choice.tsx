"use client";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { setTheme, type Theme, useTheme } from "./preferences";

const options: { value: Theme; label: string }[] = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function ThemeChoice() {
  return (
    <SegmentedControl
      label="Theme"
      size="sm"
      value={useTheme()}
      onChange={setTheme}
      options={options}
    />
  );
}
