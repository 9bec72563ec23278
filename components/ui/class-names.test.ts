import { describe, expect, test } from "vitest";
import { cn } from "./class-names";

describe("cn", () => {
  test.each([
    ["the later size wins", ["px-2.5 h-control", "px-1.5"], "h-control px-1.5"],
    [
      "type and colour of a text stand beside each other",
      ["type-12 text-fg-2", "text-fg-1"],
      "type-12 text-fg-1",
    ],
    ["size of type", ["type-12", "type-code"], "type-code"],
    ["gaps across and down are two things", ["gap-x-3 gap-y-2", "gap-y-1"], "gap-x-3 gap-y-1"],
    ["alignment is no colour", ["text-right text-fg-1"], "text-right text-fg-1"],
    [
      "outline, its colour and its style are three things",
      ["border border-b border-line-1 border-dashed", "border-warn-line"],
      "border border-b border-dashed border-warn-line",
    ],
    [
      "another condition is another thing",
      ["bg-surface-1 hover:bg-surface-2", "bg-ok-soft"],
      "hover:bg-surface-2 bg-ok-soft",
    ],
    [
      "the same condition",
      ["max-md:hover:bg-surface-2", "max-md:hover:bg-ok-soft"],
      "max-md:hover:bg-ok-soft",
    ],
    [
      "conditions in brackets",
      ["data-[selected=true]:bg-ok-soft [&>svg]:text-fg-3", "bg-surface-1"],
      "data-[selected=true]:bg-ok-soft [&>svg]:text-fg-3 bg-surface-1",
    ],
    ["what is not known stays", ["sr-only truncate", "live-pulse"], "sr-only truncate live-pulse"],
    ["falsy parts", [false, null, undefined, "", "flex"], "flex"],
  ])("%s", (_, classes, joined) => {
    expect(cn(...classes)).toBe(joined);
  });
});
