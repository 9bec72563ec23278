/** What holds for all operations: one text for the document and for the page. A part is a title and its paragraphs. */
export interface GuidePart {
  id: string;
  title: string;
  paragraphs: readonly string[];
}

export const guide: readonly GuidePart[] = [
  {
    id: "keys",
    title: "Keys and sessions",
    paragraphs: [
      "Send an API key as the header `Authorization: Bearer KEY`, or as `X-API-Key: KEY`. An admin makes keys on the page /admin, or with `keys.create`; a key is shown once.",
      "A key of the kind `read` reads, `control` controls as an operator, `ingest` sends samples and inferences and does nothing else; `viewer`, `operator` and `admin` have the rights of these roles. A key that is not valid gets a 401 everywhere but on public addresses.",
      "Browsers use the session cookie instead. A request that changes something must be a POST of `application/json`, and with a cookie it must come from the portal's own pages.",
    ],
  },
  {
    id: "addresses",
    title: "Addresses",
    paragraphs: [
      "Each procedure of the tRPC API `feature.someVerb` is also at `/api/feature/some-verb`, with the same rights, checks and answers. A query whose input is flat (scalars and lists of scalars) is a GET; any other one, and everything that changes something, is a POST with the input as a JSON body.",
      "In an address a list is given by repeating its parameter (`gpuUuids=A&gpuUuids=B`); numbers, `true` and `false` are read by the schema, and `null` is null where the schema takes it. Unknown parameters are refused, so are a scalar that comes twice and, in a change, an unknown field of the body (what is only sent, to `/api/ingest/…` or by `inference.report`, may hold more).",
    ],
  },
  {
    id: "answers",
    title: "Answers",
    paragraphs: [
      "Answers are JSON unless an operation says otherwise, and are packed with gzip for clients that take it. Null means not known, never 0. Times are milliseconds since 1970 (UTC) where the key ends in `Ms`, and ISO 8601 elsewhere.",
      "Fields are added, never renamed or taken away: take what you know and leave the rest.",
    ],
  },
  {
    id: "pages",
    title: "Pages",
    paragraphs: [
      "Long lists come in pages. `/api/system/gpu/history` answers `pagination.next_cursor`: send it as `cursor` for the next older page, until it is null. `audit.list` answers `nextBeforeSequence`: send it as `beforeSequence`. Both name a place in the data, so that what is added meanwhile moves nothing.",
    ],
  },
  {
    id: "limits",
    title: "Limits",
    paragraphs: [
      "An address holds 16,384 characters at most and a body 1 MB (with prompts, at /api/tokens/, 2 MB), also unpacked. `gpu.history` answers at most 64 GPUs, 400 days (raw samples: 31 days) and 11,000 points a series. A batch of tRPC holds 10 calls.",
      "Sending to `/api/ingest/…` and by `inference.report` is bounded to 200 requests a second of one address, 400 in a burst, and 16 at once. At most 128 requests wait for memory pressure and 64 streams are open. Sign-in is bounded to 10 tries in 15 minutes of one account and 100 of one address. Beyond a limit the answer is 429 with `Retry-After`.",
    ],
  },
  {
    id: "errors",
    title: "Errors",
    paragraphs: [
      "An error is `{ error: { code, message, request_id, fields? } }`. The message is a sentence for a person; programs go by the code. Each answer carries its id as `X-Request-ID` too, and the server's log has the rest under it.",
    ],
  },
];
