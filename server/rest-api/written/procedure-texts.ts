/** What each procedure does: one line, and what else a caller must know. A test compares them with the router. */
export const procedureTexts: Readonly<Record<string, readonly [summary: string, more?: string]>> = {
  "audit.check": ["Checks the whole audit chain, and names the first row that is not as it was"],
  "audit.list": [
    "Changes by admins and operators, newest first, in pages",
    "The next page is what is older than nextBeforeSequence.",
  ],
  "budgets.create": [
    "Adds a budget of tokens a day",
    "What the day used before counts. At most 200; a name belongs to one. Keys of the kind ingest only.",
  ],
  "budgets.delete": ["Removes a budget; deleted is false when it was gone already"],
  "budgets.list": [
    "All budgets, how far each is today, and when it will be full",
    "A day is that of BUDGET_TIME_ZONE. fullAtMs follows the last hour; null: it lasts the day, or is full.",
  ],
  "budgets.update": [
    "Changes the name, the limit or what is counted",
    "Marks of today that the budget is below again are forgotten, and may be reached again.",
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
  "modelServers.create": [
    "Adds a model server that counts with its own tokenizer",
    "Of llama.cpp (/tokenize, /props) or vLLM (/tokenize, /v1/models). The secret is sent as Authorization: Bearer, and no answer holds it.",
  ],
  "modelServers.delete": [
    "Removes a model server and its secret; deleted is false when it was gone already",
    "Refused while a profile counts with it.",
  ],
  "modelServers.list": [
    "Model servers, what each told of itself at the last look, and its last error; never a secret",
  ],
  "modelServers.test": ["Looks at a model server and lets it count a short text, now"],
  "modelServers.update": [
    "Changes a model server",
    "Another address loses the secret unless one comes along: secretDropped says so. secret null removes it.",
  ],
  "models.create": [
    "Adds a profile of a model",
    "No name may belong to two profiles, whatever its case; the window must leave room for a prompt, for each service too.",
  ],
  "models.delete": [
    "Removes a profile; deleted is false when it was gone already",
    "The default cannot be removed: make another one the default first.",
  ],
  "models.list": [
    "The profiles of models, the default first, each with what an operator should look at",
    "A remark says where a setting, or what a model server tells of itself, differs from the profile.",
  ],
  "models.makeDefault": ["Uses a profile where nobody names a model, or one that is not known"],
  "models.update": [
    "Changes a profile as a whole",
    "version is the one that was read: a profile that was saved meanwhile is not overwritten.",
  ],
  "sessions.list": ["The sessions of everybody"],
  "sessions.revoke": ["Ends a session of anybody"],
  "settings.list": ["Every setting and what acts now, without secrets"],
  "system.about": ["The version of the portal, and what a page must know of it"],
  "tokenizers.addFile": [
    "Adds a tokenizer.json that is on the portal's machine",
    "It stays there and is read again when it changes. 64 MB at most; only BPE models.",
  ],
  "tokenizers.delete": [
    "Removes a tokenizer; deleted is false when it was gone already",
    "Refused while a profile counts with it.",
  ],
  "tokenizers.list": ["The tokenizers that the portal has, by name"],
  "tokens.budget": [
    "What a prompt may use of a model's context: window, reserved for the answer, available",
    "contextWindow is that of one slot: the window − the answer is what is available.",
  ],
  "tokens.count": [
    "Counts a text, chat messages or sections, and says how it was counted",
    "Give one of the three. An encoding goes before what the profile of the model counts with. Nothing is kept.",
  ],
  "tokens.countBatch": ["Counts up to 1,000 texts, each by itself"],
  "tokens.dryRun": [
    "What truncation would do to the newest 1,000 prompts that were over",
    "Nothing is changed by asking. Prompts that were truncated already are not among them.",
  ],
  "tokens.estimate": ["What each part of an object would cost by itself, by its name"],
  "tokens.history": [
    "Tokens and utilisation over time, by service and model",
    "Percentiles come from buckets of a fourth of an octave: they are off by less than 19 %.",
  ],
  "tokens.ledger": [
    "Recorded validations, newest first, in pages",
    "nextCursor is the cursor of the next page; validations that come meanwhile move nothing. Never a text.",
  ],
  "tokens.measuredErrors": [
    "How far each method of counting is from what servers reported, by model",
    "Calls whose prompt was cut, or did not fit, measure nothing.",
  ],
  "tokens.promptSample": ["The kept text of a validation, while PROMPT_SAMPLES is on"],
  "tokens.removals": ["Sections that were removed of prompts, over time"],
  "tokens.report": [
    "What a model server said that requests used",
    "A pair of service and request counts once, however often it is sent. Give the request id of the validation, and all prompt tokens, those from a cache included; 0 where the server did not say.",
  ],
  "tokens.silentCuts": [
    "Prompts of which a server counted fewer tokens than were sent, newest first",
    "total counts all of the range; a cut is found as soon as its validation and its report are both there.",
  ],
  "tokens.summary": ["Each service and model over a range, with the distribution of utilisation"],
  "tokens.truncate": [
    "Leaves out sections, the least important first, until a prompt fits",
    "A text with headings or markers, or sections. Required sections stay; at last the end is cut. What a service or an operator truncates is recorded.",
  ],
  "tokens.validate": [
    "Says whether a prompt fits into its model's context, and records that it was asked",
    "Recorded for keys of the kind ingest and from the role operator on; for others it is a dry run. Never the text, unless PROMPT_SAMPLES is on.",
  ],
  "users.create": ["Adds a user", "A password that was made for them is in this answer only."],
  "users.delete": ["Removes a user and ends their sessions"],
  "users.list": ["All users"],
  "users.resetPassword": [
    "Makes a new password for a user and ends their sessions",
    "The password is in this answer only.",
  ],
  "users.update": ["Changes the role, name or state of a user"],
};
