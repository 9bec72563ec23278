import { Gauge, Plus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { CommandLine, EmptyState } from "@/components/ui/states";

interface NoBudgetsProps {
  /** Where this portal answers. */
  origin: string;
  /** Null: who asks may not add one. */
  onAdd: (() => void) | null;
}

/** There is no budget: what one is, and how the tokens come that it counts. */
export function NoBudgets({ origin, onAdd }: NoBudgetsProps) {
  const command = `curl -X POST ${origin}/api/tokens/report -H "Authorization: Bearer $INGEST_KEY" -H "Content-Type: application/json" -d '{"reports":[{"service":"api","model":"nemotron","requestId":"req-1","promptTokens":1204,"completionTokens":318}]}'`;
  return (
    <>
      <EmptyState
        icon={<Gauge />}
        title="No budget yet"
        actions={
          onAdd && (
            <Button size="sm" icon={<Plus />} onClick={onAdd}>
              Add budget
            </Button>
          )
        }
      >
        A budget is a number of tokens that a service, a key, or everything may use in a day. It is
        watched at 50, 80 and 100 %, needs no price, and stops nothing.{" "}
        {onAdd ? "" : "An admin adds one. "}
        It counts what services report after each answer, with an ingest key (Admin, API keys):
      </EmptyState>
      <div className="px-3.5 pb-3.5">
        <CommandLine command={command} />
      </div>
    </>
  );
}
