import { OctagonAlert } from "lucide-react";
import { formatDecimals, formatFull } from "@/domain/units/format-number";
import { gibText } from "./fit-bar";
import type { Fit, FitDraft } from "./fit-draft";

interface FitAnswerProps {
  fit: Fit;
  question: FitDraft["question"];
  /** What the profile asks for; null: figures of one's own. */
  profileWindow: number | null;
  /** "GPU 0", for the sentence. */
  gpuLabel: string;
}

/** What fits, as a sentence with its figures. */
export function FitAnswer({ fit, question, profileWindow, gpuLabel }: FitAnswerProps) {
  const perToken = `${kibText(fit.bytesPerToken)} a token`;
  if (fit.contextWindow === 0)
    return (
      <Missing>
        Nothing fits on {gpuLabel}: {gibText(-fit.leftBytes)} are missing before the first token.
        Choose another GPU, smaller weights, or stop what uses its memory.
      </Missing>
    );
  const isShared = fit.parallelSlots > 1;
  const slots = isShared
    ? `, ${formatFull(fit.slotWindow)} for each of ${formatFull(fit.parallelSlots)} slots`
    : "";
  if (question === "memory")
    return (
      <>
        <p className="type-12 text-pretty text-fg-2">
          <Figure>{gibText(fit.kvBytes)}</Figure> for {formatFull(fit.contextWindow)} tokens{slots},{" "}
          {perToken}.
        </p>
        {fit.leftBytes < 0 ? (
          <Missing>
            {gibText(-fit.leftBytes)} are missing on {gpuLabel}. A smaller window, a smaller cache
            type or another GPU helps.
          </Missing>
        ) : (
          <p className="type-12 text-fg-2">
            It fits on {gpuLabel}, and {gibText(fit.leftBytes)} stay free beside what is kept.
          </p>
        )}
      </>
    );
  return (
    <>
      <p className="type-12 text-pretty text-fg-2">
        <Figure>{formatFull(fit.contextWindow)} tokens</Figure> fit on {gpuLabel}
        {slots}: a cache of {gibText(fit.kvBytes)}, {perToken}.
      </p>
      {profileWindow !== null && profileWindow > fit.contextWindow && (
        <Missing>
          The profile reckons with {formatFull(profileWindow)} tokens. A server that is started with
          them here runs out of memory.
        </Missing>
      )}
    </>
  );
}

function Figure({ children }: { children: React.ReactNode }) {
  return <b className="type-20 font-semibold whitespace-nowrap text-fg-1">{children}</b>;
}

function Missing({ children }: { children: React.ReactNode }) {
  return (
    <p className="flex gap-1.5 type-12 text-pretty text-fg-1">
      <OctagonAlert className="mt-0.5 size-3.5 flex-none text-crit" />
      <span>{children}</span>
    </p>
  );
}

function kibText(bytes: number): string {
  const kib = bytes / 1_024;
  return `${formatDecimals(kib, Number.isInteger(kib) ? 0 : 1)} KiB`;
}
