import { createHash, randomBytes } from "node:crypto";
import type { KeyKind } from "@/domain/identity/api-key";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TOKEN_BYTES = 32;
/** 62^43 is just above 2^256: that many digits hold 32 bytes. */
const TOKEN_DIGITS = 43;
const HINT_LENGTH = 11;

const prefixes: Readonly<Record<KeyKind, string>> = {
  admin: "adm",
  operator: "opr",
  viewer: "view",
  read: "read",
  control: "ctl",
  ingest: "ing",
};

/** 256 random bits as 43 base62 digits: the value of a session cookie, or the end of a key. */
export function newToken(): string {
  let rest = BigInt(`0x${randomBytes(TOKEN_BYTES).toString("hex")}`);
  let text = "";
  for (let digit = 0; digit < TOKEN_DIGITS; digit++) {
    text = (LETTERS[Number(rest % 62n)] ?? "0") + text;
    rest /= 62n;
  }
  return text;
}

/** `sl_ing_…`: the prefix tells a person, and a scanner for leaked secrets, what was found. */
export function newApiKey(kind: KeyKind): string {
  return `sl_${prefixes[kind]}_${newToken()}`;
}

/** What may be shown of a key for good: its prefix and three or four digits of its 43. */
export function hintOf(key: string): string {
  return `${key.slice(0, HINT_LENGTH)}…`;
}

/** What is stored of a token or key. 256 random bits need no slow hash. */
export function hashToken(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash("sha256").update(token).digest());
}
