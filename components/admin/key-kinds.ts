import type { KeyKind } from "@/domain/identity/api-key";

interface KeyKindFacts {
  kind: KeyKind;
  label: string;
  /** One sentence for who chooses it. */
  may: string;
  /** The same in single words, for a table. */
  rights: readonly string[];
}

/** The narrow kinds first: most keys need no more. */
export const keyKinds: readonly KeyKindFacts[] = [
  {
    kind: "ingest",
    label: "Ingest",
    may: "Sends samples and inferences, for agents and services; reads nothing.",
    rights: ["send samples"],
  },
  {
    kind: "read",
    label: "Read",
    may: "Reads what a viewer sees and scrapes metrics, for dashboards and Prometheus; no prompt text.",
    rights: ["read", "metrics"],
  },
  {
    kind: "control",
    label: "Control",
    may: "Reads, and changes sampling, profiling and silences as an operator does; no prompt text.",
    rights: ["read", "control"],
  },
  {
    kind: "viewer",
    label: "Viewer",
    may: "Does what somebody with the role viewer may: reads and scrapes metrics.",
    rights: ["read", "metrics"],
  },
  {
    kind: "operator",
    label: "Operator",
    may: "Does what an operator may, reading stored prompt text where the settings let operators.",
    rights: ["read", "metrics", "control", "prompt text"],
  },
  {
    kind: "admin",
    label: "Admin",
    may: "Does everything, users and keys included; keep it out of programs that run by themselves.",
    rights: ["everything but sending"],
  },
];

export function keyKindFacts(kind: KeyKind): KeyKindFacts | undefined {
  return keyKinds.find((facts) => facts.kind === kind);
}
