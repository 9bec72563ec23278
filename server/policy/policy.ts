/** Weakest first. `public` is nobody in particular. */
const roles = ["public", "viewer", "operator", "admin"] as const;
type Role = (typeof roles)[number];

/** Who may use a thing: a role and those above it, or `ingest`, whoever may send samples and inferences, whatever the role. */
const policies = [...roles, "ingest"] as const;
export type Policy = (typeof policies)[number];

export type DeclaredKind = "procedure" | "route" | "page" | "socket" | "event" | "room";

/** One thing that can be reached from outside, and who may reach it. */
export interface Declaration {
  kind: DeclaredKind;
  name: string;
  policy: Policy;
}

/** Who asks. Until users exist everybody who reaches the server has every right: `via: "unprotected"`. */
export interface Actor {
  role: Role;
  via: "unprotected";
  /** Null: may send samples and inferences; else why not. Left out: nobody has looked, so it may not. */
  ingestRefusal?: Refusal | null;
}

/** Why somebody may not use a thing, with a sentence that says what to do. */
export interface Refusal {
  code: "UNAUTHENTICATED" | "FORBIDDEN";
  message: string;
}

export const unprotectedActor: Actor = { role: "admin", via: "unprotected" };

/** The one check that every procedure, route, socket, event and room passes. Pages hold no data and pass none. */
export function isAllowed(actor: Actor, policy: Policy): boolean {
  if (policy === "ingest") return actor.ingestRefusal === null;
  const needed = roles.indexOf(policy);
  // An unknown policy grants nothing: a missing one must never mean "everybody".
  return needed >= 0 && roles.indexOf(actor.role) >= needed;
}

/** What to answer an actor that is not allowed. */
export function refusalOf(actor: Actor, policy: Policy): Refusal {
  const refusal = policy === "ingest" ? actor.ingestRefusal : null;
  return refusal ?? { code: "FORBIDDEN", message: `This needs the role ${policy}.` };
}

/** True of a value that is one of the policies; guards what types cannot, a policy that was left out. */
export function isPolicy(value: unknown): value is Policy {
  return policies.some((policy) => policy === value);
}
