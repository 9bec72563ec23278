"use client";
import { changeAddress } from "@/components/layout/url-state";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { NoResultState } from "@/components/ui/states";
import { formatCount } from "@/domain/units/format-tokens";
import type { UsageFilter } from "./usage-filter";

/** The filter leaves nothing of what there is. */
export function NoMatch({ filter, others }: { filter: UsageFilter; others: number }) {
  const { service, model } = filter;
  const of = [service !== null && `from ${service}`, model !== null && `to ${model}`];
  return (
    <Panel label="No result" className="max-w-120 flex-none">
      <NoResultState
        title={`No prompt ${of.filter((part) => part !== false).join(" ")} in this range`}
        actions={
          <Button
            size="sm"
            onClick={() => {
              changeAddress({ service: null, model: null });
            }}
          >
            Show all
          </Button>
        }
      >
        {formatCount(others, "pair")} of a service and a model {others === 1 ? "has" : "have"}{" "}
        prompts in it without the filter.
      </NoResultState>
    </Panel>
  );
}
