import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { io } from "socket.io-client";
import pg from "pg";
import { WebSocket } from "ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SchemaInputs } from "@/fixtures/fuzz/schema-inputs";
import { sendJson, startHostileProvider } from "@/fixtures/oidc/hostile-provider";
import { seededRandom } from "@/fixtures/seeded-random";
import type { Declaration } from "@/server/policy/policy";
import { listProcedures } from "@/server/rest-api/list-procedures";
import { restPathOf } from "@/server/rest-api/rest-address";
import { appRouter } from "@/server/trpc/root";
import {
  cleanUpAll,
  findFreePort,
  newDataDir,
  onCleanUp,
  postgresOf,
  startPortal,
  until,
} from "./portal-process";
import { SecretEvidence } from "./secret-evidence";

// S1: secrets of every kind go into the built product, everything that it declares is asked by everybody, things break; then all that
// came out is searched.

const root = path.resolve(import.meta.dirname, "../..");
const STREAM_LIMIT_MS = 5_000;
const evidence = new SecretEvidence();
const random = seededRandom();
const canary = () => `canary${randomBytes(24).toString("hex")}`;

let portal: Awaited<ReturnType<typeof startPortal>>;
let declarations: Declaration[];
let hostile: Awaited<ReturnType<typeof startHostileProvider>>;
const secrets = {
  database: evidence.hide("password of the database", canary()),
  initialKey: evidence.hide("INITIAL_ADMIN_KEY_FILE", canary()),
  admin: evidence.hide("password of the admin", canary()),
  exporter: evidence.hide("userinfo of the addresses of exporters", canary()),
  oidc: evidence.hide("OIDC client secret", canary()),
  stranger: evidence.hide("key of a stranger", `sl_adm_${canary()}`),
  basic: evidence.hide("basic authorisation of a stranger", canary()),
  strangerCookie: evidence.hide("cookie of a stranger", canary()),
  typed: evidence.hide("password that was typed wrongly", canary()),
  broken: evidence.hide("secret in what is no request", canary()),
  userinfo: evidence.hide("userinfo in the address of a webhook", canary()),
  // An admin made it and sees it again; nobody else does.
  hookQuery: evidence.hide(
    "query in the address of a webhook",
    canary(),
    /^(show the webhook|database gpu_pressure_webhooks)$|(admin|admin key|initial key): .*(pressureWebhooks\.list|pressure-webhooks\/list)/,
  ),
};

type Headers = Readonly<Record<string, string>>;
/** Who asks, and with what. */
const askers: Record<string, Headers> = {
  anonymous: {},
  "a stranger's key": { authorization: `Bearer ${secrets.stranger}` },
  "a stranger's key in X-API-Key": { "x-api-key": secrets.stranger },
  "a stranger's name and password": {
    authorization: `Basic ${Buffer.from(`kim:${secrets.basic}`).toString("base64")}`,
  },
  "a stranger's cookie": { cookie: `sightline=${secrets.strangerCookie}` },
  "the initial key": { authorization: `Bearer ${secrets.initialKey}` },
};
const asInitial = { authorization: `Bearer ${secrets.initialKey}` };

/** Each goes on from the one before: tried again it would find another world. */
const step = (what: string, work: () => Promise<void>) =>
  test(what, { retry: 0, timeout: 600_000 }, work);

/** Sends one request and keeps all of its answer, of a stream the first part. The label says who asked for what. */
async function ask(label: string, address: string, init: RequestInit = {}) {
  evidence.requests += 1;
  const leaving = new AbortController();
  const timer = setTimeout(() => leaving.abort(), STREAM_LIMIT_MS);
  try {
    const answer = await fetch(portal.url + address, {
      redirect: "manual",
      signal: leaving.signal,
      ...init,
    });
    const head = JSON.stringify([...answer.headers]);
    const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const text = isStream ? await firstPart(answer) : await answer.text();
    evidence.keep(label, `${head}\n${text}`);
    return { status: answer.status, headers: answer.headers, text };
  } catch (error) {
    // The server closed the connection, or nothing came: there is nothing to search.
    evidence.keep(label, String(error));
    return { status: 0, headers: new Headers(), text: "" };
  } finally {
    clearTimeout(timer);
  }
}

async function firstPart({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return Buffer.from(value ?? "").toString("utf8");
}

/** What an answer shows once. */
interface Shown {
  password: string;
  secret: string;
}

const json = (headers: Headers, body: string): RequestInit => ({
  method: "POST",
  headers: { ...headers, "content-type": "application/json" },
  body,
});

/** A mutation that must work; its answer. */
async function show(label: string, name: string, input: object): Promise<Shown> {
  const request = json(askers.admin ?? {}, JSON.stringify(input));
  const { status, text } = await ask(`show ${label}`, `/api/trpc/${name}`, request);
  if (status !== 200) throw new Error(`${name}: ${status} ${text}`);
  return (JSON.parse(text) as { result: { data: Shown } }).result.data;
}

/** The cookie of a sign-in, whose token is shown in that one header. */
async function enter(who: string, procedure: string, input: object): Promise<Headers> {
  const label = `enter as ${who}`;
  const answer = await ask(label, `/api/trpc/${procedure}`, json({}, JSON.stringify(input)));
  const cookie = answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  if (answer.status !== 200 || cookie === "") throw new Error(`${label}: ${answer.text}`);
  evidence.hide(`session of ${who}`, cookie.slice("sightline=".length), [label]);
  expect(answer.text).not.toContain(cookie.slice("sightline=".length));
  return { cookie };
}

beforeAll(async () => {
  const server = (await import(pathToFileURL(path.join(root, "dist/server.mjs")).href)) as {
    listPolicies: () => Promise<Declaration[]>;
  };
  declarations = await server.listPolicies();
  hostile = await startHostileProvider();
  onCleanUp(() => hostile.stop());
  const dataDir = newDataDir();
  const files = newDataDir();
  const fileOf = (name: string, content: string) => {
    const file = path.join(files, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  // The embedded database takes the password that is there.
  writeFileSync(path.join(dataDir, "postgres.password"), secrets.database, { mode: 0o600 });
  const port = await findFreePort();
  portal = await startPortal({
    dataDir,
    port,
    settings: {
      LOG_LEVEL: "trace",
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      INITIAL_ADMIN_KEY_FILE: fileOf("initial.key", `${secrets.initialKey}\n`),
      OIDC_ISSUER: hostile.issuer,
      OIDC_CLIENT_ID: "sightline",
      OIDC_CLIENT_SECRET_FILE: fileOf("oidc.secret", secrets.oidc),
      GPU_EXPORTER_URLS: `http://kim:${secrets.exporter}@127.0.0.1:9/metrics`,
      AI_HEALTH_URLS: `http://kim:${secrets.exporter}@127.0.0.1:9/health`,
      GPU_SOURCES: "dcgm,health,smi",
    },
  });
  await portal.ready();
});
afterAll(cleanUpAll);

step("people and programs come in, and what is shown once is shown there", async () => {
  const code = readFileSync(path.join(portal.dataDir, "setup-code"), "utf8").trim();
  evidence.hide("setup code", code);
  const first = { email: "admin@example.org", password: secrets.admin };
  askers.admin = await enter("admin", "identity.setup", { ...first, code });
  const admin = askers.admin;

  for (const role of ["viewer", "operator"]) {
    const email = `${role}@example.org`;
    const { password } = await show(`the ${role}`, "users.create", { email, role });
    evidence.hide(`password of the ${role}`, password, [`show the ${role}`]);
    askers[role] = await enter(role, "identity.signIn", { email, password });
  }
  askers.leaver = await enter("leaver", "identity.signIn", first);
  const ended = await enter("ended", "identity.signIn", first);
  await ask("sign out", "/api/trpc/identity.signOut", json(ended, ""));
  askers["a session that has ended"] = ended;

  for (const kind of ["viewer", "operator", "admin", "read", "control", "ingest"]) {
    const { secret } = await show(`the ${kind} key`, "keys.create", { name: `${kind} key`, kind });
    evidence.hide(`${kind} key`, secret, [`show the ${kind} key`]);
    askers[`${kind} key`] = { authorization: `Bearer ${secret}` };
  }
  const url = `http://127.0.0.1:9/hook?token=${secrets.hookQuery}`;
  const hook = await show("the webhook", "gpu.pressureWebhooks.create", { name: "Hook", url });
  evidence.hide("secret of the webhook", hook.secret, [
    "show the webhook",
    "database gpu_pressure_webhooks",
  ]);
  const bad = { name: "Bad", url: `http://kim:${secrets.userinfo}@127.0.0.1/` };
  const refused = await ask(
    "a webhook with userinfo",
    "/api/trpc/gpu.pressureWebhooks.create",
    json(admin, JSON.stringify(bad)),
  );
  expect(refused.status).toBe(400);
});

// Before the walk, which uses up the tries that an address has.
step("wrong passwords, garbage, a provider that repeats what it was told", async () => {
  const typed = { email: "viewer@example.org", password: secrets.typed };
  await ask("a wrong password", "/api/identity/sign-in", json({}, JSON.stringify(typed)));
  const swapped = { email: `${secrets.typed}@example.org`, password: "something else" };
  await ask("a password as an address", "/api/identity/sign-in", json({}, JSON.stringify(swapped)));
  const large = json(askers.admin ?? {}, `{"a":"${secrets.broken.repeat(30_000)}"}`);
  await ask("a large body", "/api/trpc/keys.create", large);
  const packed = { ...askers["ingest key"], "content-encoding": "gzip" };
  const routes = declarations.filter(({ kind, policy }) => kind === "route" && policy === "ingest");
  expect(routes.length).toBeGreaterThan(0);
  for (const { name } of routes)
    await ask(`no gzip: ${name}`, name.split(" ")[1] ?? "", json(packed, secrets.broken));
  for (const bytes of [
    `GET /${secrets.broken} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${secrets.broken}\r\nno header\r\n\r\n`,
    `${secrets.broken} / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    `POST /api/trpc/keys.create HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n${secrets.broken}\r\n`,
    `\u0016\u0003\u0001${secrets.broken}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sightline=${secrets.broken}; sightline=a\r\nX-Api-Key: ${secrets.broken}\r\nConnection: close\r\n\r\n`,
  ])
    await sendBytes(bytes);

  hostile.answers.set("/token", (res) => {
    const { tokenRequest } = hostile;
    const told = `${tokenRequest} ${JSON.stringify(hostile.headers.at(-1))}`;
    sendJson(res, { error: "invalid_client", error_description: `${secrets.oidc} ${told}` }, 401);
  });
  const begun = await ask("OIDC begins", "/api/auth/oidc/start");
  const cookie = begun.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const state = URL.parse(begun.headers.get("location") ?? "")?.searchParams.get("state") ?? "";
  const back = new URLSearchParams({ code: "code", state, iss: hostile.issuer });
  const ended = await ask("OIDC ends", `/api/auth/oidc/callback?${back}`, {
    headers: { cookie },
  });
  expect(hostile.requests).toContain("POST /token");
  expect(ended.headers.get("location")).toMatch(/^\/sign-in\?problem=/);
});

/** Sends bytes that are no request, and keeps what comes until the server closes. */
async function sendBytes(bytes: string): Promise<void> {
  evidence.requests += 1;
  const socket = connect(portal.port, "127.0.0.1");
  socket.setTimeout(STREAM_LIMIT_MS, () => socket.destroy());
  socket.on("data", (part) => evidence.keep("bytes that are no request", part.toString()));
  socket.on("error", () => undefined);
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve));
}

/** What ends a session is asked by one that nobody needs. */
const leaving = new Set(["identity.signOut", "identity.revokeOtherSessions"]);
/** Answers of these show new secrets: of nobody who is asked for here, but they must be nowhere else either. */
const showing =
  /^(users\.(create|resetPassword)|keys\.create|gpu\.pressureWebhooks\.(create|update))$/;
const inputs = new SchemaInputs(random);
const procedures = new Map(listProcedures(appRouter).map((one) => [one.path, one]));
/** Procedures by the addresses of their twins. */
const twins = new Map([...procedures.values()].map((one) => [restPathOf(one.path), one]));

/** Bodies that are no input, with a secret in them. */
const garbage = () => [
  `{"password":"${secrets.broken}`,
  JSON.stringify({
    email: secrets.broken,
    password: [secrets.broken],
    id: secrets.broken,
    [secrets.broken]: 1,
  }),
];

function hideShown(name: string, label: string, text: string): void {
  if (!showing.test(name)) return;
  const shown = /"(?:secret|password)":"([^"]{12,})"/.exec(text)?.[1];
  if (shown !== undefined) {
    const isHook = name.startsWith("gpu.");
    evidence.hide(
      `shown by ${label}`,
      shown,
      isHook ? [label, "database gpu_pressure_webhooks"] : [label],
    );
  }
}

/** One address with inputs that its schema takes, and with garbage. */
async function walk(
  label: string,
  { address, method, name }: { address: string; method: string; name: string },
  headers: Headers,
): Promise<void> {
  const schema = procedures.get(name)?.input ?? null;
  const input = schema === null ? undefined : inputs.acceptedBy(schema);
  if (method === "POST") {
    const good = `${label} (good)`;
    const body = input === undefined ? "" : JSON.stringify(input);
    const { status, text } = await ask(good, address, json(headers, body));
    if (status === 200) hideShown(name, good, text);
    for (const bad of garbage()) await ask(`${label} (bad)`, address, json(headers, bad));
    return;
  }
  const isTrpc = address.startsWith("/api/trpc/");
  const words = isTrpc
    ? { input: JSON.stringify(input ?? null) }
    : Object.fromEntries(Object.entries(input ?? {}).map(([key, value]) => [key, String(value)]));
  await ask(`${label} (good)`, `${address}?${new URLSearchParams(words)}`, { headers });
  const bad = new URLSearchParams({ input: secrets.broken, id: secrets.broken });
  await ask(`${label} (bad)`, `${address}?${bad}`, { headers });
}

function mayAsk(asker: string, name: string): boolean {
  const isSession = ["admin", "viewer", "operator"].includes(asker);
  return leaving.has(name) ? !isSession : asker !== "leaver";
}

/** The address and method of a declaration, and the procedure behind it; null: nothing is asked by address. */
function requestOf({
  kind,
  name,
}: Declaration): { address: string; method: string; name: string } | null {
  if (kind === "page") return { address: name, method: "GET", name: "" };
  if (kind === "procedure") {
    const method = procedures.get(name)?.type === "mutation" ? "POST" : "GET";
    return { address: `/api/trpc/${name}`, method, name };
  }
  const [method = "", address = ""] = name.split(" ");
  return kind === "route" ? { address, method, name: twins.get(address)?.path ?? "" } : null;
}

step("everybody asks everything that is declared, well and badly", async () => {
  const asked = declarations.flatMap((declaration) => requestOf(declaration) ?? []);
  for (const [asker, headers] of Object.entries(askers))
    for (const request of asked.filter(({ name }) => mayAsk(asker, name)))
      await walk(`${asker}: ${request.method} ${request.address}`, request, headers);
  const addressed = declarations.filter(({ kind }) =>
    ["procedure", "route", "page"].includes(kind),
  );
  expect(asked).toHaveLength(addressed.length);
  expect(asked.length).toBeGreaterThan(50);
  expect(Object.keys(askers).length).toBeGreaterThan(15);
});

step("everybody opens every socket, by each way to say who one is", async () => {
  const sockets = declarations.filter(({ kind }) => kind === "socket");
  const events = declarations.filter(({ kind }) => kind === "event");
  for (const [asker, headers] of Object.entries(askers)) {
    const key = headers.authorization?.startsWith("Bearer ")
      ? headers.authorization.slice(7)
      : null;
    for (const { name } of sockets) {
      const query = name === "/socket.io/" ? "?EIO=4&transport=websocket" : "?";
      await knock(`${asker}: ${name}`, name + query, { headers });
      if (key === null) continue;
      await knock(`${asker}: ${name} by query`, `${name}${query}&api_key=${key}`, {});
      await knock(`${asker}: ${name} by protocol`, name + query, { protocol: `api-key.${key}` });
    }
    const socket = io(portal.url, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      extraHeaders: { ...headers },
    });
    const isIn = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("connect_error", (error) => {
        evidence.keep(`${asker}: connect_error`, error.message);
        resolve(false);
      });
    });
    for (const { name } of isIn ? events : []) {
      evidence.requests += 1;
      for (const word of ["gpus", secrets.broken, { room: secrets.broken }])
        evidence.keep(
          `${asker}: event ${name}`,
          JSON.stringify(
            await socket
              .timeout(STREAM_LIMIT_MS)
              .emitWithAck(name, word)
              .catch((error: unknown) => String(error)),
          ),
        );
    }
    socket.disconnect();
  }
  // All three ways were taken, or nothing was tried.
  for (const way of ["", " by query", " by protocol"])
    expect([...greeted]).toEqual(
      expect.arrayContaining(sockets.map(({ name }) => `read key: ${name}${way}`)),
    );
});

/** Labels of the sockets that let somebody in. */
const greeted = new Set<string>();

/** Opens a socket and keeps what comes until it is greeted or refused. */
async function knock(
  label: string,
  address: string,
  { headers, protocol }: { headers?: Headers; protocol?: string },
): Promise<void> {
  evidence.requests += 1;
  const socket = new WebSocket(
    portal.url.replace("http", "ws") + address,
    protocol ? [protocol] : [],
    {
      ...(headers && { headers: { ...headers } }),
      handshakeTimeout: STREAM_LIMIT_MS,
    },
  );
  await new Promise<void>((resolve) => {
    socket.once("unexpected-response", (_request, answer) => {
      evidence.keep(label, JSON.stringify(answer.rawHeaders));
      answer.on("data", (part: Buffer) => evidence.keep(label, part.toString()));
      answer.once("end", resolve);
    });
    socket.on("error", (error) => {
      evidence.keep(label, error.message);
      resolve();
    });
    socket.once("message", (data: Buffer) => {
      greeted.add(label);
      evidence.keep(label, data.toString());
      socket.send(secrets.broken);
      resolve();
    });
    socket.once("close", (code, reason) => {
      evidence.keep(label, `${code} ${reason.toString()}`);
      resolve();
    });
  });
  socket.terminate();
}

step("the database away, and back", async () => {
  const pid = portal.postgresPid();
  process.kill(pid, "SIGSTOP"); // it accepts connections and says nothing
  const signIn = { email: "viewer@example.org", password: secrets.typed };
  const asked = Object.entries(askers).flatMap(([asker, headers]) =>
    ["/api/trpc/users.list", "/api/trpc/identity.whoAmI", "/metrics"].map((address) =>
      ask(`${asker} without a database: ${address}`, address, { headers }),
    ),
  );
  asked.push(
    ask("a sign-in without a database", "/api/identity/sign-in", json({}, JSON.stringify(signIn))),
  );
  await Promise.race(asked);
  process.kill(pid, "SIGKILL");
  await Promise.all(asked);
  await until("the database is back", async () => {
    const { status } = await ask("who is there", "/api/trpc/users.list", { headers: asInitial });
    return status === 200;
  });
});

step("a start that is refused says no secret either", async () => {
  for (const [label, settings] of [
    ["database", { DATABASE_URL: `postgresql://kim:${secrets.database}@127.0.0.1:1/sightline` }],
    ["exporter", { GPU_EXPORTER_URLS: `ftp://kim:${secrets.exporter}@host/` }],
    [
      "issuer",
      {
        OIDC_ISSUER: `http://kim:${secrets.oidc}@host/`,
        OIDC_CLIENT_ID: "a",
        PUBLIC_URL: "http://a",
      },
    ],
  ] as const) {
    const refused = await startPortal({ settings: { LOG_LEVEL: "trace", ...settings } });
    expect(await refused.ended()).toBe(1);
    expect(refused.output()).toContain("✗ ");
    evidence.keep(`output of a start without ${label}`, refused.output());
  }
});

step("no secret is in anything that came out, but where it is shown once", async () => {
  const admin = askers.admin ?? {};
  for (const format of ["csv", "ndjson"])
    await ask(`export ${format}`, `/api/audit/export?format=${format}`, { headers: admin });
  await ask("metrics", "/metrics", { headers: asInitial });
  const rows = await keepDatabase();
  for (const { pid, command } of portal.processes()) evidence.keep(`command of ${pid}`, command);
  portal.child.kill("SIGTERM");
  expect(await portal.ended()).toBe(0);
  evidence.keep("output of the portal", portal.output());
  evidence.keepFolder(path.join(root, "dist"));
  evidence.keepFolder(path.join(root, ".next", "static"));
  evidence.keepFolder(path.join(root, ".next", "server"));
  evidence.keepFolder(portal.dataDir, /^postgres(-\d+\/|\.password$)/);

  const { canaryCount, requests, bytes } = evidence;
  process.stdout.write(
    `S1: ${canaryCount} secrets, ${requests} requests by ${Object.keys(askers).length} askers, ${rows} rows of the audit, ${bytes} bytes searched, seed ${random.seed}\n`,
  );
  expect(portal.output().length).toBeGreaterThan(1_000);
  expect(evidence.faults()).toEqual([]);
});

/** Every table, row by row; answers how many rows the audit has. */
async function keepDatabase(): Promise<number> {
  const client = new pg.Client({ connectionString: postgresOf(portal.dataDir).url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    );
    expect(tables.map(({ name }) => name)).toContain("audit_entries");
    let auditRows = 0;
    for (const { name } of tables) {
      const { rows } = await client.query<{ text: string }>(
        `SELECT t::text AS text FROM "${name}" t`,
      );
      evidence.keep(`database ${name}`, rows.map(({ text }) => text).join("\n"));
      if (name === "audit_entries") auditRows = rows.length;
    }
    expect(auditRows).toBeGreaterThan(15);
    return auditRows;
  } finally {
    await client.end();
  }
}
