import type { Policy } from "@/server/policy/policy";

/** Who may use an operation, for a person. */
export const policyTexts: Readonly<Record<Policy, string>> = {
  public: "Open to everybody; no key is needed.",
  viewer:
    "The role viewer or above: a person who is signed in, or a key of the kind viewer, read, operator, control or admin.",
  operator:
    "The role operator or above: a person with it, or a key of the kind operator, control or admin.",
  admin: "The role admin: a person with it, or a key of the kind admin.",
  account: "A person who is signed in, about their own account. Keys have none.",
  ingest: "A key of the kind ingest, and no other.",
  services:
    "The role viewer or above, or a key of the kind ingest: services that count their prompts.",
  metrics: "By METRICS_ACCESS: open to everybody, or anything that may read as a viewer.",
  tools:
    "A key that may read: of the kind viewer, read, operator, control or admin. A session is not enough.",
  prompts: "Who may read stored prompt text, by PROMPT_CONTENT_ROLE.",
};
