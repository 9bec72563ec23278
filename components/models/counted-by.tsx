import type { ModelProfile } from "@/domain/tokens/model-profile";
import type { MeasuredError } from "@/domain/tokens/usage-report";
import { formatDecimals, formatFull } from "@/domain/units/format-number";
import type { Counters } from "./counting-fields";

/** The error of the profile's own method for its models: of the most calls that were compared; null: never compared. */
function measuredErrorOf(
  profile: ModelProfile,
  errors: readonly MeasuredError[] | undefined,
): MeasuredError | null {
  const names = new Set([profile.name, ...profile.modelNames].map((name) => name.toLowerCase()));
  const { counting } = profile;
  const own = (errors ?? []).filter(
    ({ model, methodKind, methodName }) =>
      names.has(model.toLowerCase()) &&
      methodKind === counting.kind &&
      (counting.kind !== "encoding" || methodName === counting.encoding),
  );
  return own.reduce<MeasuredError | null>(
    (most, one) => (most === null || one.calls > most.calls ? one : most),
    null,
  );
}

/** `cl100k_base ±2.1 %`, `server llama-1, exact`. */
function countingText(profile: ModelProfile, { tokenizers, servers }: Counters): string {
  const { counting } = profile;
  const nameIn = (known: Counters["servers"], id: string) =>
    known?.find((one) => one.id === id)?.name;
  switch (counting.kind) {
    case "encoding":
      return counting.encoding;
    case "tokenizer":
      return nameIn(tokenizers, counting.tokenizerId) ?? "tokenizer.json";
    case "server":
      return `${nameIn(servers, counting.serverId) ?? "server"} /tokenize`;
  }
}

interface CountedByProps {
  profile: ModelProfile;
  counters: Counters;
  errors: readonly MeasuredError[] | undefined;
}

/** The method, and how far it is from what servers report. */
export function CountedBy({ profile, counters, errors }: CountedByProps) {
  const error = measuredErrorOf(profile, errors);
  return (
    <>
      {countingText(profile, counters)}
      {error === null ? (
        <span
          className="block type-11 text-fg-3"
          title="No call was compared with what a server reported"
        >
          {profile.counting.kind === "encoding" ? "error not measured" : "exact"}
        </span>
      ) : (
        <span
          className="block type-11 text-fg-2"
          title={`${formatDecimals(error.errorPercent, 1)} % on average of ${formatFull(error.calls)} calls; ${formatDecimals(error.worstPercent, 1)} % at worst`}
        >
          ±{formatDecimals(Math.abs(error.errorPercent), 1)} %
        </span>
      )}
    </>
  );
}
