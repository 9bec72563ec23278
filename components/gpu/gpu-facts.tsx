import type { ReactNode } from "react";
import { xidMeaning } from "@/domain/fleet/xid-meanings";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { missingText } from "@/domain/units/gpu-metric-display";
import { throttleReasons } from "@/domain/units/throttle-reasons";
import { GpuValue } from "./gpu-value";

/** Rows of the facts; what belongs together shares one. */
const rows: readonly { label: string; metrics: readonly GpuMetric[]; joint?: string }[] = [
  { label: "Utilisation", metrics: ["utilizationPercent"] },
  { label: "Memory bus", metrics: ["memoryBandwidthPercent"] },
  { label: "P-state", metrics: ["performanceState"] },
  { label: "SM clock, max", metrics: ["smClockMhz", "smClockMaxMhz"], joint: "/" },
  { label: "Memory clock, max", metrics: ["memoryClockMhz", "memoryClockMaxMhz"], joint: "/" },
  { label: "Power, limit", metrics: ["powerWatts", "powerLimitWatts"], joint: "/" },
  {
    label: "Temperature, slows at",
    metrics: ["temperatureCelsius", "slowdownTemperatureCelsius"],
    joint: "/",
  },
  { label: "Fan", metrics: ["fanSpeedPercent"] },
  {
    label: "PCIe generation × width",
    metrics: ["pcieLinkGeneration", "pcieLinkWidth"],
    joint: "×",
  },
  {
    label: "PCIe in, out",
    metrics: ["pcieReceiveKbPerSecond", "pcieTransmitKbPerSecond"],
    joint: ",",
  },
  { label: "PCIe replays", metrics: ["pcieReplayCounter"] },
  {
    label: "NVLink in, out",
    metrics: ["nvlinkReceiveKbPerSecond", "nvlinkTransmitKbPerSecond"],
    joint: ",",
  },
  {
    label: "ECC corrected, not",
    metrics: ["eccCorrectedCount", "eccUncorrectedCount"],
    joint: ",",
  },
  {
    label: "Encoder, decoder",
    metrics: ["encoderUtilizationPercent", "decoderUtilizationPercent"],
    joint: ",",
  },
  { label: "BAR1 used", metrics: ["bar1UsedMib"] },
  { label: "Compute processes", metrics: ["computeProcessesCount"] },
  { label: "Inferences", metrics: ["inferenceFps"] },
  { label: "Energy", metrics: ["energyJoules"] },
];

/** Everything the newest sample says; what it lacks is "–" with the reason, what was read before it has its age. */
export function GpuFacts({ gpu }: { gpu: LatestGpu }) {
  const { sample } = gpu;
  return (
    <dl className="px-3 pb-2 type-12">
      {sample.host !== "" && <Row label="Host">{sample.host}</Row>}
      {rows.map((row) => (
        <Row key={row.label} label={row.label}>
          <Values gpu={gpu} {...row} />
        </Row>
      ))}
      <Row label="Throttle reasons">
        <Reasons gpu={gpu} />
      </Row>
      <Row label="Last Xid">
        <LastXid gpu={gpu} />
      </Row>
    </dl>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-6.25 items-center justify-between gap-3 border-t border-line-1 py-0.5">
      <dt className="whitespace-nowrap text-fg-3">{label}</dt>
      <dd className="min-w-0 text-right">{children}</dd>
    </div>
  );
}

function Values(props: { gpu: LatestGpu; metrics: readonly GpuMetric[]; joint?: string }) {
  const { gpu, metrics, joint } = props;
  const { sample, carriedFromMs } = gpu;
  const [first, ...others] = metrics;
  if (metrics.every((metric) => sample.values[metric] === null))
    return (
      <>
        {first && <GpuValue sample={sample} metric={first} withReason />}
        {others.map((metric) => (
          <GpuValue key={metric} sample={sample} metric={metric} withReason className="sr-only" />
        ))}
      </>
    );
  return metrics.map((metric, place) => (
    <span key={metric}>
      {place > 0 && <span className="text-fg-3">{joint === "," ? ", " : ` ${joint ?? ""} `}</span>}
      <GpuValue
        sample={sample}
        metric={metric}
        readAtMs={carriedFromMs[metric]}
        withUnit
        // Of two in a row that were read together the age stands once.
        withAge={place === metrics.length - 1}
      />
    </span>
  ));
}

function Reasons({ gpu: { sample } }: { gpu: LatestGpu }) {
  const bits = sample.values.throttleReasons;
  const shared = {
    "data-testid": `gpu-${sample.gpuUuid}-throttleReasons`,
    "data-value": bits ?? "",
  };
  if (bits === null)
    return (
      <span {...shared} className="text-fg-3">
        – {missingText(sample.missing.throttleReasons)}
      </span>
    );
  const words = throttleReasons(bits).map((reason) => reason.label);
  return <span {...shared}>{words.length === 0 ? "none" : words.join(", ")}</span>;
}

function LastXid({ gpu: { sample } }: { gpu: LatestGpu }) {
  const code = sample.values.xidCode;
  if (code === null) return <GpuValue sample={sample} metric="xidCode" withReason />;
  if (code === 0) return <span>none since the source began</span>;
  const { meaning, nextStep } = xidMeaning(code);
  return (
    <span title={nextStep} className="text-crit">
      {code}: {meaning}
    </span>
  );
}
