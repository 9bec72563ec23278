/** Ranges that end now, shortest first. `offset` is the `from` of the address. */
export const quickRanges = [
  { offset: "-5m", label: "5 minutes" },
  { offset: "-15m", label: "15 minutes" },
  { offset: "-30m", label: "30 minutes" },
  { offset: "-1h", label: "1 hour" },
  { offset: "-3h", label: "3 hours" },
  { offset: "-6h", label: "6 hours" },
  { offset: "-12h", label: "12 hours" },
  { offset: "-24h", label: "24 hours" },
  { offset: "-7d", label: "7 days" },
  { offset: "-30d", label: "30 days" },
] as const;
