import { Clock, CornerDownLeft, OctagonAlert, UserCheck } from "lucide-react";
import { titleOf } from "@/components/layout/pages";
import { PlainHttpStrip } from "@/components/layout/plain-http-strip";
import { Strip } from "@/components/ui/strip";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { signInProblemText } from "./sign-in-problem-text";

interface SignInNotesProps {
  /** Undefined while it is asked. */
  who: WhoAmI | undefined;
  /** Somebody comes from a page whose session had ended. */
  hasEnded: boolean;
  /** Where one comes back to. */
  backPath: string;
  /** Code of `?problem=`. */
  problem: string | null;
}

const boxClass = "rounded-6 border";

/** Why one is here, and where one goes from here. */
export function SignInNotes({ who, hasEnded, backPath, problem }: SignInNotesProps) {
  const text = signInProblemText(problem);
  return (
    <div role="status" className="flex flex-col gap-3 empty:hidden">
      {text !== null && (
        <Strip tone="crit" icon={<OctagonAlert />} className={boxClass}>
          <b>{text[0]}</b> {text[1]}
        </Strip>
      )}
      {who?.plainHttp === true && <PlainHttpStrip className={boxClass} />}
      <WhyHere who={who} hasEnded={hasEnded} backPath={backPath} />
    </div>
  );
}

function WhyHere({ who, hasEnded, backPath }: Omit<SignInNotesProps, "problem">) {
  const back = backPath === "/" ? null : `You come back to ${placeOf(backPath)}.`;
  if (who?.sessionEnded === true || (hasEnded && who?.via === "anonymous"))
    return (
      <Strip tone="warn" icon={<Clock />} className={boxClass}>
        <b>Your session ended.</b> {back}
      </Strip>
    );
  if (who?.via === "session")
    return (
      <Strip icon={<UserCheck />} className={boxClass}>
        You are signed in as <b>{who.email}</b>.{" "}
        <a href={backPath} className="font-medium text-accent hover:underline">
          Go on
        </a>
        , or sign in as somebody else
      </Strip>
    );
  if (back === null) return null;
  return (
    <Strip icon={<CornerDownLeft />} className={boxClass}>
      {back}
    </Strip>
  );
}

/** Name of the page alone: what stands behind it in the address may be anything. */
function placeOf(path: string): string {
  const title = titleOf(path.split(/[?#]/, 1)[0] ?? "");
  return title === "Not found" ? "where you were" : title;
}
