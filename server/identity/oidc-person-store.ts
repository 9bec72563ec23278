import { randomUUID } from "node:crypto";
import type { SignInProblem } from "@/domain/identity/sign-in-problem";
import type { Prisma, PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";
import { lockUsers, MAX_USERS } from "./user-store";

/** Somebody whom the provider has signed in. */
export interface OidcPerson {
  issuer: string;
  subject: string;
  /** In lower case; null when the provider gives none, or does not say that it is verified. */
  verifiedEmail: string | null;
  name: string;
}

export type Admission = { userId: string } | { problem: SignInProblem };

/** Accounts and the people of providers that they belong to. Errors are those of the database. */
export interface OidcPersonStore {
  /**
   * The account of a person: the linked one, whatever address the provider gives now; else that of the verified address, which is
   * linked from now on; else a new one of `defaultRole`, unless that is null.
   */
  admit(
    person: OidcPerson,
    options: { defaultRole: "viewer" | "operator" | null; origin: AuditOrigin },
  ): Promise<Admission>;
}

export function createOidcPersonStore(prisma: PrismaClient): OidcPersonStore {
  return {
    admit: (person, options) =>
      prisma.$transaction(async (tx) => {
        const linked = await findLinked(tx, person);
        if (linked) return admissionOf(linked);
        if (person.verifiedEmail === null) return { problem: "unverified" };
        await lockUsers(tx); // two first sign-ins of one person make one account
        return admitFirst(tx, { ...person, email: person.verifiedEmail }, options);
      }),
  };
}

interface Account {
  id: string;
  disabledAt: Date | null;
}

/** Somebody who is not linked yet, with an address that is theirs. */
type NewPerson = OidcPerson & { email: string };

async function findLinked(
  tx: Prisma.TransactionClient,
  { issuer, subject }: OidcPerson,
): Promise<Account | null> {
  const identity = await tx.userIdentity.findUnique({
    where: { issuer_subject: { issuer, subject } },
    select: { user: { select: { id: true, disabledAt: true } } },
  });
  return identity?.user ?? null;
}

function admissionOf(account: Account): Admission {
  return account.disabledAt === null ? { userId: account.id } : { problem: "disabled" };
}

async function admitFirst(
  tx: Prisma.TransactionClient,
  person: NewPerson,
  { defaultRole, origin }: Parameters<OidcPersonStore["admit"]>[1],
): Promise<Admission> {
  const linked = await findLinked(tx, person); // another request may have been first
  if (linked) return admissionOf(linked);
  const account = await tx.user.findUnique({
    where: { email: person.email },
    select: {
      id: true,
      disabledAt: true,
      identities: { where: { issuer: person.issuer }, select: { subject: true } },
    },
  });
  if (account?.disabledAt) return { problem: "disabled" };
  if (account) {
    if (account.identities.length > 0) return { problem: "already-linked" };
    await link(tx, account.id, { person, origin });
    await appendAudit(tx, origin, {
      action: "user.link",
      target: person.email,
      before: null,
      after: { issuer: person.issuer, subject: person.subject },
    });
    return { userId: account.id };
  }
  if (defaultRole === null || (await tx.user.count()) >= MAX_USERS)
    return { problem: "no-account" };
  return createAccount(tx, person, { role: defaultRole, origin });
}

async function createAccount(
  tx: Prisma.TransactionClient,
  person: NewPerson,
  { role, origin }: { role: "viewer" | "operator"; origin: AuditOrigin },
): Promise<Admission> {
  const { email, name, issuer, subject } = person;
  const { id } = await tx.user.create({
    data: { id: randomUUID(), email, name, role, createdAt: new Date(origin.atMs) },
    select: { id: true },
  });
  await link(tx, id, { person, origin });
  await appendAudit(tx, origin, {
    action: "user.create",
    target: email,
    before: null,
    after: { email, name, role, issuer, subject },
  });
  return { userId: id };
}

async function link(
  tx: Prisma.TransactionClient,
  userId: string,
  { person: { issuer, subject }, origin }: { person: NewPerson; origin: AuditOrigin },
): Promise<void> {
  const createdAt = new Date(origin.atMs);
  await tx.userIdentity.create({ data: { issuer, subject, userId, createdAt } });
}
