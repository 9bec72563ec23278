import type { ReactNode } from "react";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
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
    label: "Encoder, decoder",
    metrics: ["encoderUtilizationPercent", "decoderUtilizationPercent"],
    joint: ",",
  },
  { label: "BAR1 used", metrics: ["bar1UsedMib"] },
  { label: "Compute processes", metrics: ["computeProcessesCount"] },
  { label: "Inferences", metrics: ["inferenceFps"] },
];

/** Everything the newest sample says; what it lacks is "–" with the reason. */
export function GpuFacts({ sample }: { sample: GpuSample }) {
  return (
    <dl className="px-3 pb-2 type-12">
      {rows.map((row) => (
        <Row key={row.label} label={row.label}>
          {row.metrics.every((metric) => sample.values[metric] === null) ? (
            <Missing sample={sample} metrics={row.metrics} />
          ) : (
            row.metrics.map((metric, index) => (
              <span key={metric}>
                {index > 0 && (
                  <span className="text-fg-3">
                    {row.joint === "," ? ", " : ` ${row.joint ?? ""} `}
                  </span>
                )}
                <GpuValue sample={sample} metric={metric} withUnit />
              </span>
            ))
          )}
        </Row>
      ))}
      <Row label="Throttle reasons">
        <Reasons sample={sample} />
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

/** One reason for all of a row. */
function Missing({ sample, metrics }: { sample: GpuSample; metrics: readonly GpuMetric[] }) {
  const [first, ...others] = metrics;
  return (
    <>
      {first && <GpuValue sample={sample} metric={first} withReason />}
      {others.map((metric) => (
        <GpuValue key={metric} sample={sample} metric={metric} withReason className="sr-only" />
      ))}
    </>
  );
}

function Reasons({ sample }: { sample: GpuSample }) {
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
