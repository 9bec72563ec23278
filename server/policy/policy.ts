import type { KeyKind } from "@/domain/identity/api-key";
import type { UserRole } from "@/domain/identity/user-role";

/** Weakest first. `public` is nobody in particular. */
const roles = ["public", "viewer", "operator", "admin"] as const;
type Role = (typeof roles)[number];

/**
 * Who may use a thing: a role and those above it, or one of
 * - `account`: a person who is signed in, about their own account; no key and no role stands for one,
 * - `ingest`: who may send samples and inferences, whatever the role,
 * - `services`: services that count their prompts: who may read, and who may send,
 * - `metrics`: who may scrape, by METRICS_ACCESS,
 * - `prompts`: who may read stored prompt text, by PROMPT_CONTENT_ROLE,
 * - `tools`: programs of language models, with a key that may read; the cookie of a browser is not enough.
 */
const policies = [
  ...roles,
  "account",
  "ingest",
  "services",
  "metrics",
  "prompts",
  "tools",
] as const;
export type Policy = (typeof policies)[number];

export type DeclaredKind = "procedure" | "route" | "page" | "socket" | "event" | "room";

/** One thing that can be reached from outside, and who may reach it. */
export interface Declaration {
  kind: DeclaredKind;
  name: string;
  policy: Policy;
}

/** Why somebody may not use a thing, with a sentence that says what to do. */
export interface Refusal {
  code: "UNAUTHENTICATED" | "FORBIDDEN";
  message: string;
}

/** Who asks. Made by server/identity from what the request carries, and by nobody else. */
export interface Actor {
  /** `public` also for an ingest key: it has no role. */
  role: Role;
  via: "anonymous" | "session" | "key";
  /** Of the user or key; null for nobody in particular. */
  id: string | null;
  /** E-mail address of the user, name of the key, or `anonymous`: what the audit shows. */
  name: string;
  /** Of the sign-in that came with the request; null for keys and for nobody. */
  sessionId: string | null;
  /** Null unless a key came. */
  keyKind: KeyKind | null;
  mayIngest: boolean;
  mayReadMetrics: boolean;
  mayReadPrompts: boolean;
  /** Why the session or key that came was not taken; null when none came, or it was. */
  refusal: Refusal | null;
  /** Of the client: the other end of the connection, or what a trusted proxy says of it. */
  address: string;
}

/** Somebody who may do nothing but what is public; also the base of every other actor. */
export const nobody: Actor = {
  role: "public",
  via: "anonymous",
  id: null,
  name: "anonymous",
  sessionId: null,
  keyKind: null,
  mayIngest: false,
  mayReadMetrics: false,
  mayReadPrompts: false,
  refusal: null,
  address: "",
};

/** The one check that every procedure, route, socket, event and room passes. Pages hold no data and pass none. */
export function isAllowed(actor: Actor, policy: Policy): boolean {
  switch (policy) {
    case "account":
      return actor.via === "session";
    case "ingest":
      return actor.mayIngest;
    case "services":
      return actor.mayIngest || isAllowed(actor, "viewer");
    case "metrics":
      return actor.mayReadMetrics;
    case "prompts":
      return actor.mayReadPrompts;
    case "tools":
      return actor.via === "key" && isAllowed(actor, "viewer");
    default: {
      const needed = roles.indexOf(policy);
      // An unknown policy grants nothing: a missing one must never mean "everybody".
      return needed >= 0 && roles.indexOf(actor.role) >= needed;
    }
  }
}

const needs: Readonly<Record<Exclude<Policy, "public">, string>> = {
  viewer: "This needs the role viewer",
  operator: "This needs the role operator",
  admin: "This needs the role admin",
  account: "This is about your own account and needs you to be signed in; a key has none",
  ingest: "Sending needs an API key of the kind ingest",
  services: "Counting needs the role viewer or an API key of the kind ingest",
  metrics: "Metrics need a read key here",
  tools: "Tools need an API key that may read",
  prompts: "Stored prompt text needs a role that may read it (PROMPT_CONTENT_ROLE)",
};

/** What to answer an actor that is not allowed. */
export function refusalOf(actor: Actor, policy: Policy): Refusal {
  if (actor.refusal) return actor.refusal;
  const need = policy === "public" ? "This is not open to you" : needs[policy];
  // Another credential would do: a program learns that from 401.
  if (policy === "tools" && actor.via !== "key")
    return {
      code: "UNAUTHENTICATED",
      message: `${need}, as the header Authorization: Bearer KEY. An admin makes one.`,
    };
  if (actor.via === "anonymous")
    return {
      code: "UNAUTHENTICATED",
      message: `${need}. Sign in, or send an API key as the header Authorization: Bearer KEY.`,
    };
  return { code: "FORBIDDEN", message: `${need}; you are ${nameOf(actor)}. Ask an admin.` };
}

function nameOf({ role, keyKind }: Actor): string {
  return keyKind === null ? role : `a key of the kind ${keyKind}`;
}

/** True of a value that is one of the policies; guards what types cannot, a policy that was left out. */
export function isPolicy(value: unknown): value is Policy {
  return policies.some((policy) => policy === value);
}

/** What a key of a kind may do. A read key reads as a viewer, a control key acts as an operator; neither sees prompt text. */
export const keyGrants: Readonly<
  Record<KeyKind, Pick<Actor, "role" | "mayIngest" | "mayReadMetrics">>
> = {
  viewer: { role: "viewer", mayIngest: false, mayReadMetrics: true },
  operator: { role: "operator", mayIngest: false, mayReadMetrics: true },
  admin: { role: "admin", mayIngest: false, mayReadMetrics: true },
  read: { role: "viewer", mayIngest: false, mayReadMetrics: true },
  control: { role: "operator", mayIngest: false, mayReadMetrics: false },
  ingest: { role: "public", mayIngest: true, mayReadMetrics: false },
};

/** True when the role is at least the other. */
export function isAtLeast(role: Role, other: UserRole): boolean {
  return roles.indexOf(role) >= roles.indexOf(other);
}
