import type { SignedIn, SignIn } from "@/domain/identity/sign-in";
import { auditOriginOf } from "@/server/audit";
import { AppError } from "@/server/errors";
import type { IdentityRequest } from "./identity-context";
import { addressGroup } from "./limit-address";
import { clearTries, takeAccountTry, takeAddressTry } from "./sign-in-limits";
import { signInProven } from "./sign-in-proven";

/**
 * By e-mail address and password. An unknown address, an account without a password, a disabled one and a wrong password get the same
 * answer after the same work: UNAUTHENTICATED. Throws TOO_MANY when there were too many tries.
 */
export async function signIn(request: IdentityRequest, input: SignIn): Promise<SignedIn> {
  const { identity, client } = request;
  const { email, password } = input;
  const origin = auditOriginOf(request);
  await takeAddressTry(identity.limits, client.address, origin);
  const account = await identity.users.readForSignIn(email);
  const group = addressGroup(client.address);
  const tried = {
    account: email,
    address: client.address,
    isKnownAddress: account?.addresses.some((known) => addressGroup(known) === group) ?? false,
    auditTarget: account?.email ?? "an unknown account",
  };
  await takeAccountTry(identity.limits, tried, origin);
  const passwordHash = account?.isDisabled === false ? account.passwordHash : null;
  const isRight = await identity.passwords.verify(passwordHash, password);
  if (!isRight || !account || passwordHash === null)
    throw new AppError("UNAUTHENTICATED", "E-mail address or password is wrong.");
  await clearTries(identity.limits, tried);
  return signInProven(request, { userId: account.id, method: "password", passwordHash });
}
