"use client";
import { RangeLink } from "@/components/layout/range-link";
import { buttonClass } from "@/components/ui/button";
import { TokensIcon } from "@/components/ui/icons";
import { Panel } from "@/components/ui/panel";
import { CommandLine, EmptyState } from "@/components/ui/states";
import { useOrigin } from "./use-origin";

/** No prompt was validated in the range: why, and how the first one comes. */
export function NoPrompts() {
  const origin = useOrigin();
  const command = `curl -X POST ${origin}/api/tokens/validate -H "Authorization: Bearer $INGEST_KEY" -H "Content-Type: application/json" -d '{"service":"api","sections":[{"name":"system","text":"Answer shortly."},{"name":"question","text":"What is in the picture?"}]}'`;
  return (
    <Panel label="No prompts" className="max-w-160 flex-none">
      <EmptyState
        icon={<TokensIcon />}
        title="No service has validated a prompt in this range"
        actions={
          <RangeLink
            href="/tokens/playground"
            className={buttonClass({ size: "sm", variant: "primary" })}
          >
            <TokensIcon />
            Try one in the playground
          </RangeLink>
        }
      >
        A service asks before it sends a prompt whether it fits; each answer is recorded here,
        without the text. Call it with an ingest key (Admin, API keys), or choose a longer range
        above:
      </EmptyState>
      <div className="px-3.5 pb-3.5">
        <CommandLine command={command} />
      </div>
    </Panel>
  );
}
