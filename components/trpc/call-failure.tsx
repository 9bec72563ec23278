import { describeError } from "./describe-error";

/** A change that was not made: the server's sentence, and the id under which it was logged. */
export function CallFailure({ error }: { error: unknown }) {
  const { message, requestId } = describeError(error);
  return (
    <p role="alert" className="type-12 text-pretty text-crit">
      {message}
      {requestId !== null && (
        <span className="block type-code text-[11px] break-all text-fg-3">{requestId}</span>
      )}
    </p>
  );
}
