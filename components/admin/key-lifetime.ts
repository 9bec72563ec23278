/** For how long a new key holds. */
export type KeyLifetime =
  { kind: "days"; days: number } | { kind: "date"; date: string } | { kind: "never" };

const DAY_MS = 86_400_000;
/** As the server takes it (domain/identity/api-key.ts). */
const MOST_DAYS = 3650;

/**
 * Days from now until the key ends; null: it does not end. `date` is a local day (`2027-02-14`) and counts as a whole.
 * A text: what is wrong with the date.
 */
export function lifetimeDays(lifetime: KeyLifetime, nowMs: number): number | null | string {
  if (lifetime.kind === "never") return null;
  if (lifetime.kind === "days") return lifetime.days;
  const endMs = new Date(`${lifetime.date}T23:59:59`).getTime();
  if (Number.isNaN(endMs)) return "Give a day";
  const days = Math.ceil((endMs - nowMs) / DAY_MS);
  if (days < 1) return "That day is over";
  return days > MOST_DAYS ? "Ten years at most" : days;
}
