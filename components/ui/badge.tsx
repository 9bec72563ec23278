import { CircleCheck, FlaskConical, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { GpuSource } from "@/domain/gpu/gpu-sample";
import { formatDuration } from "@/domain/time/format-duration";
import { sourceName } from "@/domain/units/gpu-metric-display";
import { cn } from "./class-names";
import { StaleIcon } from "./icons";

type BadgeTone = "outline" | "plain" | "dashed" | "ok" | "warn" | "crit" | "info" | "accent";

const tones: Record<BadgeTone, string> = {
  outline: "border-line-2 bg-surface-1 text-fg-2",
  plain: "bg-surface-2 text-fg-2 border-transparent",
  dashed: "border-line-control text-fg-2 border-dashed",
  ok: "border-ok-line bg-ok-soft text-ok",
  warn: "border-warn-line bg-warn-soft text-warn",
  crit: "border-crit-line bg-crit-soft text-crit",
  info: "border-info-line bg-info-soft text-info",
  accent: "border-accent-line bg-accent-soft text-accent",
};

interface BadgeProps {
  tone?: BadgeTone;
  icon?: ReactNode;
  /** More on hover; never the only place of a fact. */
  title?: string | undefined;
  className?: string | undefined;
  children: ReactNode;
}

export function Badge({ tone = "outline", icon, title, className, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cn(
        "inline-flex h-5 flex-none items-center gap-1 rounded-4 border px-1.5 type-11 font-medium whitespace-nowrap [&_svg]:size-3",
        tones[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  );
}

/** Where a value came from. Simulated is dashed and has a flask, whatever stands around it. */
export function SourceBadge({ source, title }: { source: GpuSource; title?: string | undefined }) {
  if (source === "simulated") return <SimulatedBadge title={title} />;
  return (
    <Badge tone="plain" title={title}>
      {sourceName(source)}
    </Badge>
  );
}

export function SimulatedBadge({ title }: { title?: string | undefined }) {
  return (
    <Badge tone="dashed" icon={<FlaskConical />} title={title}>
      Simulated
    </Badge>
  );
}

/** `ageMs`: how old the newest value is. */
export function StaleBadge({ ageMs, title }: { ageMs: number; title?: string | undefined }) {
  return (
    <Badge tone="dashed" icon={<StaleIcon />} title={title}>
      Stale {formatDuration(ageMs)}
    </Badge>
  );
}

const stateIcons = { ok: CircleCheck, warn: TriangleAlert, crit: OctagonAlert } as const;

/** A judged state: icon, word and colour together. */
export function StateBadge({
  state,
  title,
  children,
}: {
  state: keyof typeof stateIcons;
  title?: string | undefined;
  children: ReactNode;
}) {
  const Icon = stateIcons[state];
  return (
    <Badge tone={state} icon={<Icon />} title={title}>
      {children}
    </Badge>
  );
}
