"use client";
import { Copy } from "lucide-react";
import { copyWithToast } from "@/components/ui/copy-text";
import { IconButton } from "@/components/ui/icon-button";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { apiCallOf, type CallStyle, type CallSubject, shownCallOf } from "./api-call";

interface CallPanelProps {
  subject: CallSubject;
  style: CallStyle;
  onStyle: (style: CallStyle) => void;
}

/** The call that does the same from elsewhere. Shown without its texts, copied with them. */
export function CallPanel({ subject, style, onStyle }: CallPanelProps) {
  return (
    <Panel
      title="API call"
      divided
      className="min-h-40 flex-1 max-md:flex-none"
      actions={
        <>
          <SegmentedControl
            label="Language of the call"
            size="sm"
            value={style}
            onChange={onStyle}
            options={[
              { value: "curl", label: "curl" },
              { value: "trpc", label: "tRPC" },
            ]}
          />
          <IconButton
            label="Copy the call"
            icon={<Copy />}
            onClick={() => void copyWithToast(apiCallOf(subject, style), "API call copied")}
          />
        </>
      }
    >
      <pre
        tabIndex={0}
        aria-label="API call without its texts"
        className="min-h-0 flex-1 [scrollbar-width:thin] overflow-auto px-3 py-2 type-code font-mono text-[11px] leading-4.25 [overflow-wrap:anywhere] whitespace-pre-wrap"
      >
        {highlighted(shownCallOf(subject, style))}
      </pre>
    </Panel>
  );
}

/** Names in the colour of links, strings in green: enough to find the texts. */
function highlighted(call: string) {
  return call
    .split(/("(?:[^"\\]|\\.)*"|\b(?:curl|import|from|const|await)\b)/)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      return (
        <span key={index} className={part.startsWith('"') ? "text-ok" : "text-info"}>
          {part}
        </span>
      );
    });
}
