"use client";
import { CommandLine } from "@/components/ui/states";
import type { CreatedApiKey, KeyKind } from "@/domain/identity/api-key";
import { keyKindFacts } from "./key-kinds";
import { MadeOnce } from "./made-once";

/** The key itself, this once, what it may do, and how a program sends it. */
export function KeyMade({ made, onDone }: { made: CreatedApiKey; onDone: () => void }) {
  const { name, kind } = made.key;
  return (
    <MadeOnce title={`${name} was made`} kind="API key" secret={made.secret} onDone={onDone}>
      <p className="text-pretty">
        Shown this once; we keep only its hash. {keyKindFacts(kind)?.may}
      </p>
      <p>Send it with each request. With the key in KEY:</p>
      <CommandLine command={exampleCall(kind, window.location.origin)} />
    </MadeOnce>
  );
}

/** A call that the key may make. The key itself is not in it: commands stay in the history of a shell. */
function exampleCall(kind: KeyKind, origin: string): string {
  const header = `-H "Authorization: Bearer $KEY"`;
  if (kind !== "ingest") return `curl ${header} ${origin}/api/system/gpu`;
  // None finished just now: the smallest report that is taken.
  const report = `{"inferences":[{"service":"trial","model":"trial","count":0,"at":'$(date +%s)'000}]}`;
  return `curl ${header} -H "Content-Type: application/json" -d '${report}' ${origin}/api/ingest/inferences`;
}
