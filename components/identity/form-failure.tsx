import { OctagonAlert } from "lucide-react";
import { describeError } from "@/components/trpc/describe-error";
import { Strip } from "@/components/ui/strip";

interface FormFailureProps {
  error: unknown;
  /** What was not done: "Nobody is signed in". */
  consequence: string;
}

/** Why the server did not take a form; with the request id when the fault is the server's. */
export function FormFailure({ error, consequence }: FormFailureProps) {
  const { message, code, requestId } = describeError(error);
  const isAway = code === "NOT_REACHED";
  const isOurs = code === "INTERNAL_SERVER_ERROR";
  return (
    <div role="alert">
      <Strip tone="crit" icon={<OctagonAlert />} className="rounded-6 border">
        {isAway && (
          <>
            <b>The server did not answer.</b> {consequence}. Check that it runs and that you are on
            its network, then try again.
          </>
        )}
        {isOurs && (
          <>
            <b>The server failed.</b> {consequence}. Try again; its log has more under{" "}
            <code className="type-code text-[11px] break-all">{requestId}</code>
          </>
        )}
        {!isAway && !isOurs && message}
      </Strip>
    </div>
  );
}
