import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createIngestKey } from "./ingest-key";

const folder = mkdtempSync(path.join(tmpdir(), "sightline-key-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = path.join(folder, "key");
const KEY = "0123456789abcdef0123456789abcdef";
const logger = { info: vi.fn(), warn: vi.fn() };

function write(text: string, mode = 0o600): void {
  writeFileSync(file, text);
  chmodSync(file, mode);
}

beforeEach(() => {
  logger.info.mockReset();
  logger.warn.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
});

const from = (remoteAddress: string, headers: Record<string, string> = {}) => ({
  remoteAddress,
  headers: { host: "127.0.0.1:3000", ...headers },
});

describe("without a key file", () => {
  const { refusalOf } = createIngestKey({ file: null, logger });

  test.each(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])("%s may send", (address) => {
    expect(refusalOf(from(address))).toBeNull();
  });

  test.each([
    ["another machine", from("10.0.0.7")],
    ["nobody known", from("")],
    ["a proxy on this machine", from("127.0.0.1", { "x-forwarded-for": "10.0.0.7" })],
    ["another kind of proxy", from("127.0.0.1", { forwarded: "for=10.0.0.7" })],
    ["a proxy that names itself", from("127.0.0.1", { via: "1.1 squid" })],
    ["a page behind a name of its own", from("127.0.0.1", { host: "evil.example" })],
  ])("%s may not", (_what, request) => {
    expect(refusalOf(request)).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("with a key file", () => {
  const withKey = (key: string) => from("10.0.0.7", { authorization: `Bearer ${key}` });

  test("whoever sends the key may send, from wherever; space around it in the file is no part of it", () => {
    write(`  ${KEY}\n`);
    const { refusalOf } = createIngestKey({ file, logger });
    expect(refusalOf(withKey(KEY))).toBeNull();
    expect(refusalOf(from("10.0.0.7", { authorization: `bearer   ${KEY}` }))).toBeNull();
    expect(refusalOf(withKey(`${KEY}0`))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(refusalOf(withKey(KEY.toUpperCase()))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(refusalOf(from("127.0.0.1"))).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(refusalOf(from("127.0.0.1", { authorization: KEY }))).toMatchObject({
      code: "UNAUTHENTICATED",
    });
    expect(logger.warn).not.toHaveBeenCalled();
  });

  test.each([
    ["too short", "0123456789abcdef"],
    ["empty", ""],
    ["two keys", `${KEY} ${KEY}`],
    ["signs that no header carries", `${KEY}ü`],
    ["far too long", "x".repeat(5_000)],
  ])("%s: one sentence, without the key", (_what, text) => {
    write(text);
    const start = () => createIngestKey({ file, logger });
    expect(start).toThrow(
      /^The file of INGEST_KEY_FILE must hold one key of 32 to 512 letters.*\.$/,
    );
    expect(start).not.toThrow(new RegExp(KEY));
  });

  test("a file that is not there", () => {
    expect(() => createIngestKey({ file: path.join(folder, "none"), logger })).toThrow(
      "The file of INGEST_KEY_FILE does not exist: correct the path or its rights, or remove the setting.",
    );
  });

  test("a file that everybody can read is taken, and said", () => {
    write(KEY, 0o644);
    createIngestKey({ file, logger });
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining("chmod 600"));
  });

  test("a changed file counts without a start; a broken one does not cut anybody off", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const other = KEY.replaceAll("0", "z");
    write(KEY);
    const { refusalOf } = createIngestKey({ file, logger });
    const change = (text: string) => {
      write(text);
      utimesSync(file, new Date(), new Date(Date.now() + 10_000 + text.length));
      vi.advanceTimersByTime(2_000);
    };
    change("half");
    expect(refusalOf(withKey(KEY))).toBeNull();
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining("The key of before"));
    change(other);
    expect(refusalOf(withKey(KEY))).not.toBeNull();
    expect(refusalOf(withKey(other))).toBeNull();
    const logged = JSON.stringify([logger.warn.mock.calls, logger.info.mock.calls]);
    expect(logged).not.toContain(KEY);
    expect(logged).not.toContain(other);
  });
});
