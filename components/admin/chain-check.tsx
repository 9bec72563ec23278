"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import { describeError } from "@/components/trpc/describe-error";
import { StateBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { showToast } from "@/components/ui/toast";
import type { AuditCheck } from "@/domain/audit/audit-entry";
import { formatClock } from "@/domain/time/format-time";
import { formatFull } from "@/domain/units/format-number";

/** Whether a row was edited, removed or moved; checked when asked for, because the whole audit is read. */
export function ChainCheck() {
  const { data, refetch, isFetching } = useQuery(
    useTRPC().audit.check.queryOptions(undefined, { enabled: false }),
  );
  const check = async () => {
    const { error } = await refetch();
    if (error !== null)
      showToast({
        tone: "crit",
        text: `The chain was not checked. ${describeError(error).message}`,
      });
  };
  return (
    <>
      <span role="status" className="contents">
        {data !== undefined && <ChainBadge found={data} />}
      </span>
      <Button size="sm" disabled={isFetching} onClick={() => void check()}>
        {isFetching ? "Checking" : "Check chain"}
      </Button>
    </>
  );
}

function ChainBadge({ found }: { found: AuditCheck }) {
  const at = formatClock(found.checkedAtMs, { seconds: true });
  if (found.firstProblem === null)
    return (
      <StateBadge state="ok" title={`Hash of the last row: ${found.headHash}`}>
        Chain intact, {formatFull(found.rows)} rows, {at}
      </StateBadge>
    );
  const { sequence, problem, sentence } = found.firstProblem;
  return (
    <StateBadge state="crit" title={sentence}>
      Chain broken, row {formatFull(sequence)} {problem}, {at}
    </StateBadge>
  );
}
