import { expect, test } from "vitest";
import { newAttempt } from "./oidc-attempt";
import { createOidcProvider } from "./oidc-provider";

/** Entra ID, which no test can run, by the metadata that it publishes. */
function entra(tenant: string, issuer: string) {
  const base = `https://login.microsoftonline.com/${tenant}`;
  return createOidcProvider({
    settings: {
      issuer: new URL(`${base}/v2.0`),
      clientId: "sightline",
      secretFile: null,
      publicUrl: "https://gpus.example.org",
      defaultRole: null,
    },
    upstream: () =>
      Promise.resolve(
        Response.json({ issuer, authorization_endpoint: `${base}/oauth2/v2.0/authorize` }),
      ),
  });
}

test.each(["common", "organizations"])(
  "Entra's %s, all tenants there are, is refused",
  async (all) => {
    const provider = entra(all, "https://login.microsoftonline.com/{tenantid}/v2.0");
    await expect(provider.begin(newAttempt("/", Date.now()))).rejects.toMatchObject({
      problem: "provider-away",
      message: expect.stringContaining("OIDC_ISSUER") as string,
    });
  },
);

test("one tenant of Entra is taken, and only its https addresses", async () => {
  const provider = entra("contoso", "https://login.microsoftonline.com/contoso/v2.0");
  const address = new URL(await provider.begin(newAttempt("/", Date.now())));
  expect(address.origin + address.pathname).toBe(
    "https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize",
  );
  expect(address.searchParams.get("redirect_uri")).toBe(
    "https://gpus.example.org/api/auth/oidc/callback",
  );
});

test("with an issuer of https, an address of plain http in its metadata is not used", async () => {
  const issuer = "https://id.example.org";
  const provider = createOidcProvider({
    settings: {
      issuer: new URL(issuer),
      clientId: "sightline",
      secretFile: null,
      publicUrl: "https://gpus.example.org",
      defaultRole: null,
    },
    upstream: () =>
      Promise.resolve(
        Response.json({ issuer, authorization_endpoint: "http://id.example.org/authorize" }),
      ),
  });
  await expect(provider.begin(newAttempt("/", Date.now()))).rejects.toMatchObject({
    problem: "provider-away",
  });
});
