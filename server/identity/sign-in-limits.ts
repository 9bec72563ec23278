import { createHash } from "node:crypto";
import type { AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { addressGroup } from "./limit-address";
import type { LimitStore, TryLimit } from "./limit-store";

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;

const perAddress: TryLimit = {
  maxTries: 100,
  windowMs: WINDOW_MS,
  waitMs: WINDOW_MS,
  runsFromLastTry: false,
};
const perAccount: TryLimit = { ...perAddress, maxTries: 10 };
/** One account from one address: somebody who has forgotten a password soon waits a little. */
const perPair: TryLimit = {
  maxTries: 5,
  windowMs: WINDOW_MS,
  waitMs: 30_000,
  runsFromLastTry: true,
};
/** What no limit looks at any more. */
export const LIMITS_KEPT_MS = 2 * WINDOW_MS;

/** A try to prove something secret. */
export interface SignInTry {
  /** What is tried: an e-mail address in lower case, or `setup`. */
  account: string;
  /** Of the client. */
  address: string;
  /** Somebody has signed in to this account from there before. */
  isKnownAddress: boolean;
  /** For the audit; the text that somebody typed when there is no such account is not kept. */
  auditTarget: string;
}

/** Takes one of the 100 tries that an address has in 15 minutes, whatever comes of them. Throws TOO_MANY with the wait. */
export async function takeAddressTry(
  limits: LimitStore,
  address: string,
  origin: AuditOrigin,
): Promise<void> {
  const subject = addressSubject(address);
  await take(limits, { subject, limit: perAddress, kind: "address", target: address }, origin);
}

/**
 * Takes one try, before any password is looked at: of 5 that an account and an address have together before a wait of 30 s, and of 10
 * that an account has in 15 minutes. A success gives them back (`clearTries`), so these count what went wrong. Throws TOO_MANY with the
 * wait; the first such refusal of a lock is one row of the audit.
 *
 * Whoever knows an e-mail address could use up the account's ten for good and keep its owner out. So an address from which the
 * owner has signed in lately has ten of its own: a stranger elsewhere takes none of them. The price is ten more tries to somebody
 * who sits behind that same address.
 */
export async function takeAccountTry(
  limits: LimitStore,
  tried: SignInTry,
  origin: AuditOrigin,
): Promise<void> {
  const { isKnownAddress, auditTarget: target } = tried;
  const subject = pairSubject(tried);
  await take(limits, { subject, limit: perPair, kind: "account and address", target }, origin);
  const account = isKnownAddress
    ? { subject: knownSubject(tried), kind: "account at a known address" }
    : { subject: accountSubject(tried), kind: "account" };
  await take(limits, { ...account, limit: perAccount, target }, origin);
}

async function take(
  limits: LimitStore,
  taken: { subject: string; limit: TryLimit; kind: string; target: string },
  origin: AuditOrigin,
): Promise<void> {
  const { subject, limit, kind, target } = taken;
  const { waitMs, beginsLock } = await limits.take(subject, limit);
  if (waitMs === null) return;
  if (beginsLock)
    await limits.recordLock(origin, {
      target,
      kind,
      attempts: limit.maxTries,
      untilMs: origin.atMs + Math.round(waitMs),
    });
  throw tooMany(waitMs);
}

/** After a success: what was counted against this account is forgotten; the address keeps its count. */
export async function clearTries(
  limits: LimitStore,
  tried: Pick<SignInTry, "account" | "address">,
): Promise<void> {
  await limits.clear([accountSubject(tried), pairSubject(tried), knownSubject(tried)]);
}

/** Forgets all that was counted against an account, from wherever: for an admin who gives somebody a new password. */
export async function clearAccount(limits: LimitStore, account: string): Promise<void> {
  await limits.clearBeginningWith(accountOf(account));
}

type Tried = Pick<SignInTry, "account" | "address">;

/** Hashed: people type passwords where an address belongs, and a stranger's text must neither grow nor stay. */
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const accountOf = (account: string) => `account-${hashOf(account)}:`;
const fromOf = (address: string) => hashOf(addressGroup(address));

const addressSubject = (address: string) => `address-${fromOf(address)}`;
const accountSubject = ({ account }: Tried) => `${accountOf(account)}all`;
const pairSubject = ({ account, address }: Tried) => `${accountOf(account)}wait-${fromOf(address)}`;
const knownSubject = ({ account, address }: Tried) =>
  `${accountOf(account)}known-${fromOf(address)}`;

function tooMany(waitMs: number): AppError {
  const seconds = Math.max(Math.ceil(waitMs / 1_000), 1);
  const minutes = Math.ceil(seconds / 60);
  const wait = seconds <= 90 ? `${seconds} s` : `${minutes} minutes`;
  return new AppError("TOO_MANY", `Too many tries. Wait ${wait}, then try again.`, {
    retryAfterSeconds: seconds,
  });
}
