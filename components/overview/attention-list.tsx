import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { RangeLink } from "@/components/layout/range-link";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import type { Attention, AttentionItem } from "@/domain/fleet/attention";
import { formatClock, formatIso } from "@/domain/time/format-time";

const looks = {
  crit: {
    edge: "shadow-[inset_2px_0_0_var(--crit-fill)]",
    icon: <OctagonAlert className="text-crit" />,
  },
  warn: {
    edge: "shadow-[inset_2px_0_0_var(--warn-fill)]",
    icon: <TriangleAlert className="text-warn" />,
  },
} as const;

interface AttentionListProps {
  attention: Attention;
  /** Address of the page of a GPU. */
  hrefOf: (gpuUuid: string) => string;
}

/** What is wrong now and where to go, worst first; one line that says so when nothing is. */
export function AttentionList({ attention, hrefOf }: AttentionListProps) {
  const { items, passedCount } = attention;
  if (items.length === 0)
    return (
      <Panel label="Needs attention" className="flex-none">
        <p className="flex h-9 items-center gap-2 px-3 text-fg-2">
          <CircleCheck className="size-3.5 text-ok" />
          <b className="font-semibold text-fg-1">Nothing needs attention.</b>
          <span className="truncate type-12 text-fg-3">{passedCount} checks pass</span>
        </p>
      </Panel>
    );
  const count =
    items.length === 1 ? "1 thing needs attention" : `${items.length} things need attention`;
  return (
    <Panel title={count} subtitle={`${passedCount} other checks pass`} className="flex-none">
      <ul className="border-t border-line-1">
        {items.map((item) => (
          <Item key={item.id} item={item} hrefOf={hrefOf} />
        ))}
      </ul>
    </Panel>
  );
}

function Item({ item, hrefOf }: { item: AttentionItem; hrefOf: (gpuUuid: string) => string }) {
  return (
    <li
      className={cn(
        "flex min-h-8 items-center gap-2.5 py-1 pr-2 pl-3 text-fg-2 not-last:border-b not-last:border-line-1 last:rounded-b-8 max-md:grid max-md:grid-cols-[14px_minmax(0,1fr)] max-md:gap-x-2 max-md:gap-y-0 max-md:py-2 [&>svg]:size-3.5 [&>svg]:flex-none",
        looks[item.level].edge,
      )}
    >
      {looks[item.level].icon}
      <b className="w-19 flex-none font-semibold text-fg-1 max-md:w-auto">{item.subject}</b>
      <p className="min-w-0 flex-1 text-pretty max-md:col-start-2 max-md:type-12">
        {item.sentence.map((part, index) =>
          typeof part === "string" ? (
            part
          ) : (
            <b key={index} className="font-semibold text-fg-1">
              {part.strong}
            </b>
          ),
        )}
      </p>
      {item.sinceMs !== null && (
        <time
          dateTime={formatIso(item.sinceMs)}
          title={formatIso(item.sinceMs)}
          className="flex-none whitespace-nowrap text-fg-3 max-md:hidden"
        >
          since {formatClock(item.sinceMs, { seconds: true })}
        </time>
      )}
      {item.gpuUuid !== null && (
        <RangeLink
          href={hrefOf(item.gpuUuid)}
          aria-label={`Open ${item.subject}`}
          className={cn(
            buttonClass({ size: "sm" }),
            "max-md:col-start-2 max-md:mt-1.5 max-md:justify-self-start",
          )}
        >
          Open
        </RangeLink>
      )}
    </li>
  );
}
