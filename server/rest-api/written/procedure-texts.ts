/** What each procedure does: one line, and what else a caller must know. A test compares them with the router. */
export const procedureTexts: Readonly<Record<string, readonly [summary: string, more?: string]>> = {
  "audit.check": ["Checks the whole audit chain, and names the first row that is not as it was"],
  "audit.list": [
    "Changes by admins and operators, newest first, in pages",
    "The next page is what is older than nextBeforeSequence.",
  ],
  "gpu.agents": ["Each host whose agent sends here, and whether it still does"],
  "gpu.cleanUp": ["Drops what is past its retention now, or says what would go"],
  "gpu.history": [
    "One series a GPU in columns: times, mean, min, max, counts, source",
    "Give either stepMs (null: raw samples) or maxPoints, with which the server takes the smallest step that fits. At most 64 GPUs, 400 days (raw: 31), 11,000 points a series. A bucket without samples holds nulls. When the database does not answer, the values come from memory, with stale: true.",
  ],
  "gpu.latest": [
    "The newest sample of every GPU, where the collector looked, and the server's time",
    "All hosts, the portal's own first, by index; each GPU is followed by its MIG instances.",
  ],
  "gpu.pressure": ["Memory pressure now: the level, the thresholds, each GPU"],
  "gpu.pressureEvents": [
    "Transitions and forecasts of a range, oldest first",
    "A range of 31 days at most; the newest 5,000 events, and truncated: true when there were more.",
  ],
  "gpu.pressureWebhooks.create": [
    "Adds a target that is told of every transition",
    "The secret that signs its messages is in this answer and in no other. At most 32 targets.",
  ],
  "gpu.pressureWebhooks.delete": ["Removes a target; deleted is false when it was gone already"],
  "gpu.pressureWebhooks.list": ["All targets and how each fares; never a secret"],
  "gpu.pressureWebhooks.test": ["Sends a signed message to a target at once"],
  "gpu.pressureWebhooks.update": [
    "Changes a target",
    "Another address or renewSecret makes another secret; else secret is null.",
  ],
  "gpu.processes": [
    "Who uses a GPU or MIG instance, most memory first",
    "Asked now; after 2 s the last known list, with ageMs and note.",
  ],
  "gpu.quarantined": [
    "Values that cannot be, as their source gave them",
    "The newest 200, and counts by GPU and metric.",
  ],
  "identity.changePassword": ["Changes one's own password, and ends one's other sessions"],
  "identity.revokeOtherSessions": ["Ends one's own sessions but this one"],
  "identity.revokeSession": ["Ends one of one's own sessions"],
  "identity.sessions": ["One's own sessions"],
  "identity.setup": [
    "Makes the first admin, with the code that the server printed",
    "Signs in: the session comes as a cookie.",
  ],
  "identity.signIn": [
    "Signs in with e-mail address and password",
    "The session comes as a cookie. At most 10 tries in 15 minutes of one account, 100 of one address.",
  ],
  "identity.signOut": ["Ends this session and clears the cookie"],
  "identity.whoAmI": ["Who asks, and what they may do"],
  "inference.report": [
    "Inferences that a service has finished",
    "At most 500 items, of the last hour. Items that cannot be counted are named by their place.",
  ],
  "keys.create": [
    "Makes an API key",
    "The key itself is the secret of this answer, and in no other.",
  ],
  "keys.list": ["All API keys, without the keys themselves"],
  "keys.revoke": ["Ends a key: from now on it is refused everywhere"],
  "sessions.list": ["The sessions of everybody"],
  "sessions.revoke": ["Ends a session of anybody"],
  "settings.list": ["Every setting and what acts now, without secrets"],
  "system.about": ["The version of the portal, and what a page must know of it"],
  "users.create": ["Adds a user", "A password that was made for them is in this answer only."],
  "users.delete": ["Removes a user and ends their sessions"],
  "users.list": ["All users"],
  "users.resetPassword": [
    "Makes a new password for a user and ends their sessions",
    "The password is in this answer only.",
  ],
  "users.update": ["Changes the role, name or state of a user"],
};
