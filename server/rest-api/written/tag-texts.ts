/** What each group of operations is about, in the order of the page. */
export const tagTexts: Readonly<Record<string, string>> = {
  gpu: "GPUs: values now, history, processes, memory pressure and its webhooks.",
  system: "The same in flat keys in the spelling of dashboards that exist, and the portal itself.",
  ingest: "What agents and AI services send.",
  inference: "Inferences that services report.",
  health: "Whether the portal is well, for monitors and balancers.",
  metrics: "What Prometheus scrapes.",
  identity: "Signing in, and one's own account.",
  users: "Users and their roles.",
  keys: "API keys.",
  sessions: "Who is signed in.",
  audit: "Who changed what.",
  settings: "What the portal was set to.",
  tools: "For language models.",
  documentation: "This description.",
};
