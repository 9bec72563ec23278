/** One bit of the driver's clocks event reasons (NVML: nvmlClocksEventReasons). */
export interface ThrottleReason {
  bit: number;
  label: string;
  /** True when the clocks are held below what the load asks for; false for idle and set clocks. */
  isThrottling: boolean;
}

const reasons: readonly ThrottleReason[] = [
  { bit: 0x1, label: "Idle", isThrottling: false },
  { bit: 0x2, label: "Application clocks", isThrottling: false },
  { bit: 0x4, label: "SW power cap", isThrottling: true },
  { bit: 0x8, label: "HW slowdown", isThrottling: true },
  { bit: 0x10, label: "Sync boost", isThrottling: false },
  { bit: 0x20, label: "SW thermal slowdown", isThrottling: true },
  { bit: 0x40, label: "HW thermal slowdown", isThrottling: true },
  { bit: 0x80, label: "HW power brake", isThrottling: true },
  { bit: 0x100, label: "Display clocks", isThrottling: false },
];

const KNOWN_BITS = reasons.reduce((mask, reason) => mask | reason.bit, 0);

/** The reasons that are set, lowest bit first. A bit that no table knows is named by its number, not dropped. */
export function throttleReasons(bits: number): ThrottleReason[] {
  const set = reasons.filter((reason) => (bits & reason.bit) !== 0);
  const unknown = bits & ~KNOWN_BITS;
  if (unknown === 0) return set;
  return [
    ...set,
    { bit: unknown, label: `Unknown reason 0x${(unknown >>> 0).toString(16)}`, isThrottling: true },
  ];
}

/** Only what holds the clocks down: a power cap or heat, not idling. */
export function throttlingNow(bits: number): ThrottleReason[] {
  return throttleReasons(bits).filter((reason) => reason.isThrottling);
}
