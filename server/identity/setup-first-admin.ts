import type { Setup, SignedIn } from "@/domain/identity/sign-in";
import { auditOriginOf } from "@/server/audit";
import { AppError } from "@/server/errors";
import type { IdentityRequest } from "./identity-context";
import { clearTries, takeAccountTry, takeAddressTry } from "./sign-in-limits";
import { signInProven } from "./sign-in-proven";

/**
 * Makes the first admin, for whoever has the one-time code of the start, and signs them in. Throws FORBIDDEN when there is an admin,
 * UNAUTHENTICATED for a wrong or ended code, TOO_MANY after too many of them. Of two at the same time one is the admin.
 */
export async function setupFirstAdmin(request: IdentityRequest, input: Setup): Promise<SignedIn> {
  const { identity, client } = request;
  const { users, setup, limits, passwords } = identity;
  if (!(await setup.isOpen())) throw isSetUp();
  const tried = {
    account: "setup",
    address: client.address,
    // One address alone: strangers who guess must not keep the owner out.
    isKnownAddress: true,
    auditTarget: "setup",
  };
  const origin = auditOriginOf(request);
  await takeAddressTry(limits, client.address, origin);
  await takeAccountTry(limits, tried, origin);
  if (!setup.accepts(input.code)) throw (await setup.isOpen()) ? wrongCode() : isSetUp();
  const passwordHash = await passwords.hash(input.password);
  const admin = await users.createFirstAdmin({ email: input.email, passwordHash }, origin);
  setup.close();
  if (!admin) throw isSetUp();
  await clearTries(limits, tried);
  return signInProven(request, { userId: admin.id, method: "setup", passwordHash });
}

function wrongCode(): AppError {
  return new AppError(
    "UNAUTHENTICATED",
    "This is not the setup code, or its 60 minutes are over. The one that counts now is in the file setup-code of the data folder (DATA_DIR).",
  );
}

function isSetUp(): AppError {
  return new AppError(
    "FORBIDDEN",
    "This portal is set up already. Sign in, or ask an admin for an account.",
  );
}
