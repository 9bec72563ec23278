import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { KeyKind } from "@/domain/identity/api-key";
import { UserRole } from "@/domain/identity/user-role";
import { keyActor } from "@/fixtures/actors";
import { identityOf } from "@/fixtures/identity-of";
import { keyGrants, nobody } from "@/server/policy/policy";
import type { IdentitySettings } from "./identity-feature";
import { newApiKey, newToken } from "./secret-token";

const HOUR_MS = 3_600_000;
const cookie = (token: string) => ({ cookie: `sightline=${token}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const upgrade = { upgrade: "websocket" };
const away = { peer: "192.0.2.1" };

describe("somebody who shows nothing", () => {
  type Expected = "viewer" | "public";
  const cases: [string, Partial<IdentitySettings>, string, Expected, boolean][] = [
    ["on this machine", {}, "127.0.0.1", "viewer", true],
    ["elsewhere", {}, "192.0.2.1", "public", false],
    ["ANONYMOUS_ROLE=viewer, elsewhere", { anonymousRole: "viewer" }, "192.0.2.1", "viewer", false],
    ["ANONYMOUS_ROLE=none, on this machine", { anonymousRole: "none" }, "::1", "public", true],
    ["PUBLIC_URL, on this machine", { publicUrl: "http://gpu.lan" }, "::1", "public", false],
    ["METRICS_ACCESS=open, elsewhere", { metricsAccess: "open" }, "192.0.2.1", "public", true],
    ["METRICS_ACCESS=key, on this machine", { metricsAccess: "key" }, "::1", "viewer", false],
  ];
  test.each(cases)("%s", (...row) => {
    const [, settings, peer, role, mayReadMetrics] = row;
    const { ask } = identityOf({ promptContentRole: "viewer", ...settings });
    expect(ask({}, { peer })).toEqual({ ...nobody, role, mayReadMetrics, address: peer });
  });

  test("is known at once and asks the database nothing", () => {
    const { ask, store } = identityOf();
    expect(ask()).not.toBeInstanceOf(Promise);
    expect(store.reads).toBe(0);
  });
});

describe("sessions", () => {
  test.each(UserRole.options)("a %s gets that role and is who signed in", async (role) => {
    const { ask, store, clock } = identityOf({ metricsAccess: "key" });
    const { token, row } = store.signIn({ role, nowMs: clock.wallMs });
    const actor = await ask(cookie(token), away);
    expect(actor).toEqual({
      ...nobody,
      role,
      via: "session",
      id: row.userId,
      name: "ada@example.org",
      sessionId: row.id,
      mayReadMetrics: true,
      mayReadPrompts: role !== "viewer",
      address: "192.0.2.1",
    });
    expect(ask(cookie(token), away)).toEqual(actor); // known at once from now on
  });

  test.each([
    ["viewer", [true, true, true]],
    ["operator", [false, true, true]],
    ["admin", [false, false, true]],
  ] as const)("PROMPT_CONTENT_ROLE=%s", async (promptContentRole, may) => {
    const { ask, store, clock } = identityOf({ promptContentRole });
    const actors = await Promise.all(
      UserRole.options.map(async (role) =>
        ask(cookie(store.signIn({ role, nowMs: clock.wallMs }).token)),
      ),
    );
    expect(actors.map(({ mayReadPrompts }) => mayReadPrompts)).toEqual(may);
  });

  test.each([
    ["revoked", { revokedAtMs: 1 }],
    ["past its end", { expiresAtMs: Date.UTC(2026, 10, 24, 12) }],
    ["not used for 12 h", { lastSeenAtMs: Date.UTC(2026, 10, 24, 0) }],
    ["of a disabled user", { disabledAtMs: 1 }],
    ["with a role that nobody knows", { role: "root" as never }],
  ])("one that is %s: nobody, and told so", async (_name, given) => {
    const { ask, store, clock } = identityOf();
    const { token } = store.signIn({ nowMs: clock.wallMs, ...given });
    const refusal = {
      code: "UNAUTHENTICATED",
      message: "Your session has ended. Sign in again.",
    };
    const actor = await ask(cookie(token), away);
    expect(actor).toEqual({ ...nobody, address: "192.0.2.1", refusal });
    // What anybody may see here it still may.
    expect(await ask(cookie(token))).toMatchObject({ role: "viewer", via: "anonymous", refusal });
  });

  test("a token that was never handed out is not looked up", async () => {
    const { ask, store } = identityOf();
    for (const token of ["", "x", newToken().slice(1), `${newToken()}0`, "'; DROP TABLE users"])
      expect(await ask(cookie(token))).toMatchObject({ via: "anonymous" });
    expect(store.reads).toBe(0);
    expect(await ask(cookie(newToken()))).toMatchObject({ via: "anonymous" });
    expect(store.reads).toBe(1);
  });

  test("the one of the other scheme is not taken", async () => {
    const { ask, store, clock } = identityOf({ publicUrl: "https://gpu.example" });
    const { token } = store.signIn({ nowMs: clock.wallMs });
    const asked = (header: string, host: string) => ask({ cookie: header, host }, away);
    expect(await asked(`__Host-sightline=${token}`, "gpu.example")).toMatchObject({
      via: "session",
    });
    expect(await asked(`sightline=${token}`, "gpu.example")).toEqual({
      ...nobody,
      ...{ address: "192.0.2.1" },
    });
    expect(await asked(`__Host-sightline=${token}`, "gpu.lan")).toMatchObject({ via: "anonymous" });
  });

  test("it ends by time without a look into the database, at the time of its row", async () => {
    const { ask, store, clock } = identityOf();
    const { token } = store.signIn({ nowMs: clock.wallMs, expiresAtMs: clock.wallMs + 1_500 });
    expect(await ask(cookie(token))).toMatchObject({ via: "session" });
    clock.wallMs += 1_500;
    clock.monotonicMs += 1_500;
    expect(ask(cookie(token))).toMatchObject({ via: "anonymous" });
    expect(store.reads).toBe(1);
  });

  test("one that is used stays; when it is not used for 12 h it ends", async () => {
    const { ask, store, clock } = identityOf();
    const { token } = store.signIn({ nowMs: clock.wallMs });
    for (let n = 0; n < 4; n++) {
      expect(await ask(cookie(token))).toMatchObject({ via: "session" });
      clock.wallMs += 11 * HOUR_MS;
      clock.monotonicMs += 11 * HOUR_MS;
    }
    clock.wallMs += HOUR_MS;
    clock.monotonicMs += HOUR_MS;
    expect(await ask(cookie(token))).toMatchObject({ via: "anonymous" });
  });

  test("a wall clock that jumps forward by 13 h signs nobody out who is there", async () => {
    const { ask, store, clock } = identityOf();
    const { token } = store.signIn({ nowMs: clock.wallMs });
    await ask(cookie(token));
    clock.wallMs += 13 * HOUR_MS;
    clock.monotonicMs += 2_000;
    expect(await ask(cookie(token))).toMatchObject({ via: "session" });
  });

  test("a change in this process acts at once, another's within 2 s", async () => {
    const { ask, store, clock, identity } = identityOf();
    const { token, row } = store.signIn({ nowMs: clock.wallMs });
    const role = async () => (await ask(cookie(token), away)).role;
    expect(await role()).toBe("viewer");
    row.role = "admin";
    expect(await role()).toBe("viewer");
    identity.credentials.invalidateUser(row.userId);
    expect(await role()).toBe("admin");
    row.revokedAtMs = 1;
    identity.credentials.invalidateSession(row.id);
    expect(await role()).toBe("public");
    row.revokedAtMs = null;
    clock.monotonicMs += 2_000;
    expect(await role()).toBe("admin");
  });
});

describe("keys", () => {
  test.each(KeyKind.options)("one of the kind %s gives what its kind gives", async (kind) => {
    const { ask, store } = identityOf();
    const { token, row } = store.issue(kind);
    const expected = { ...keyActor(kind), id: row.id, address: "192.0.2.1" };
    expect(await ask(bearer(token), away)).toEqual(expected);
    expect(await ask({ "x-api-key": token }, away)).toEqual(expected);
    expect(expected).toMatchObject(keyGrants[kind]);
  });

  test("on this machine a key gives no more than elsewhere", async () => {
    const { ask, store } = identityOf({ anonymousRole: "viewer" });
    expect(await ask(bearer(store.issue("ingest").token))).toMatchObject({
      role: "public",
      mayIngest: true,
      mayReadMetrics: false,
    });
  });

  test.each([
    ["unknown", null],
    ["revoked", { revokedAtMs: 1 }],
    ["past its end", { expiresAtMs: Date.UTC(2026, 10, 24, 12) }],
    ["of a kind that nobody knows", { kind: "root" }],
  ])("one that is %s gives nothing at all, also on this machine", async (_name, given) => {
    const { ask, store } = identityOf({ metricsAccess: "open" });
    const token = given ? store.issue("admin", given).token : newApiKey("admin");
    expect(await ask(bearer(token))).toEqual({
      ...nobody,
      address: "127.0.0.1",
      refusal: {
        code: "UNAUTHENTICATED",
        message: "This API key is not known here, has expired or was revoked.",
      },
    });
  });

  test("one that was never handed out is not looked up", async () => {
    const { ask, store } = identityOf();
    for (const token of ["x", newApiKey("read").slice(0, -1), "sl_read_", "a".repeat(40)])
      expect(await ask(bearer(token))).toMatchObject({ refusal: { code: "UNAUTHENTICATED" } });
    expect(store.reads).toBe(0);
  });

  test("two credentials at once are refused, however good each is", async () => {
    const { ask, store, clock } = identityOf();
    const session = store.signIn({ role: "admin", nowMs: clock.wallMs }).token;
    const key = store.issue("admin").token;
    for (const headers of [
      { ...cookie(session), ...bearer(key) },
      { ...bearer(key), "x-api-key": store.issue("admin").token },
      { cookie: `sightline=${session}; sightline=${session}` },
    ])
      expect(await ask(headers)).toMatchObject({
        role: "public",
        refusal: { code: "UNAUTHENTICATED" },
      });
    expect(store.reads).toBe(0);
  });

  test.each(KeyKind.options)("in the address of a socket: %s", async (kind) => {
    const { ask, store } = identityOf();
    const { token } = store.issue(kind);
    const actor = await ask(upgrade, { ...away, url: `/ws/system?api_key=${token}` });
    const isTaken = kind === "read" || kind === "viewer";
    expect(actor.role).toBe(isTaken ? "viewer" : "public");
    expect(actor.mayIngest).toBe(false);
    expect(actor.refusal === null).toBe(isTaken);
    const inProtocol = { ...upgrade, "sec-websocket-protocol": `api-key.${token}` };
    expect(await ask(inProtocol, away)).toMatchObject({ keyKind: kind, refusal: null });
  });

  test("in the address of anything else it is not looked at", () => {
    const { ask, store } = identityOf();
    const { token } = store.issue("read");
    expect(ask({}, { ...away, url: `/api/x?api_key=${token}` })).toMatchObject({ role: "public" });
    expect(store.reads).toBe(0);
  });

  test("each call is counted, and none of a key that was not taken", async () => {
    const { ask, store, identity } = identityOf();
    const good = store.issue("read");
    const ended = store.issue("read", { revokedAtMs: 1 });
    for (let n = 0; n < 5; n++) await ask(bearer(good.token));
    await ask(bearer(ended.token));
    await identity.stop();
    expect(store.calls).toMatchObject([{ keyId: good.row.id, count: 5 }]);
    expect([...(store.written[0]?.keys.keys() ?? [])]).toEqual([good.row.id]);
  });
});

describe("the key of INITIAL_ADMIN_KEY_FILE", () => {
  test("is an admin's, needs no database, and ends when the file names another", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "sightline-key-"));
    const file = path.join(folder, "key");
    const key = "!".repeat(32);
    writeFileSync(file, key, { mode: 0o600 });
    const { ask, store, clock } = identityOf({ initialAdminKeyFile: file });
    store.isAway = true;
    expect(ask(bearer(key), away)).toMatchObject({
      role: "admin",
      via: "key",
      keyKind: "admin",
      name: "INITIAL_ADMIN_KEY_FILE",
    });
    writeFileSync(file, "?".repeat(32));
    clock.monotonicMs += 2_000;
    expect(ask(bearer(key), away)).toMatchObject({ role: "public" });
    expect(store.reads).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

describe("while the database is away", () => {
  test("whoever was here goes on, and nobody else is let in", async () => {
    const { ask, store, clock } = identityOf();
    const { token } = store.signIn({ nowMs: clock.wallMs });
    await ask(cookie(token));
    store.isAway = true;
    clock.monotonicMs += 60_000;
    clock.wallMs += 60_000;
    expect(await ask(cookie(token))).toMatchObject({ via: "session" });
    for (let n = 0; n < 2; n++)
      await expect(ask(bearer(store.issue("admin").token))).rejects.toMatchObject({
        code: "UNAVAILABLE",
      });
    expect(ask()).toMatchObject({ role: "viewer" }); // who shows nothing needs no database
  });
});
