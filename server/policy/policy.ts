/** Who may use a thing, weakest first. `public` needs nobody; the others need at least that role. */
const policies = ["public", "viewer", "operator", "admin"] as const;
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
  role: Policy;
  via: "unprotected";
}

export const unprotectedActor: Actor = { role: "admin", via: "unprotected" };

/** The one check that every procedure, route, socket, event and room passes. Pages hold no data and pass none. */
export function isAllowed(actor: Actor, policy: Policy): boolean {
  const needed = policies.indexOf(policy);
  // An unknown policy grants nothing: a missing one must never mean "everybody".
  return needed >= 0 && policies.indexOf(actor.role) >= needed;
}

/** True of a value that is one of the policies; guards what types cannot, a policy that was left out. */
export function isPolicy(value: unknown): value is Policy {
  return policies.some((policy) => policy === value);
}
