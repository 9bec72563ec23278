// Makes a key that reads for a day, uses it, and revokes it. SIGHTLINE_API_KEY: a key of the kind admin.
import { createSightlineClient, SightlineError } from "sightline/client";

const url = process.env.SIGHTLINE_URL ?? "http://127.0.0.1:3000";
const admin = createSightlineClient({ url, apiKey: process.env.SIGHTLINE_API_KEY });

const { key, secret } = await admin.keys.create.mutate({
  name: "worked example",
  kind: "read",
  expiresInDays: 1,
});
const reader = createSightlineClient({ url, apiKey: secret }); // shown here and never again

const outcome = async () => {
  try {
    await reader.gpu.latest.query();
    return "200";
  } catch (error) {
    if (error instanceof SightlineError) return `${error.status ?? ""}`; // error.code: UNAUTHENTICATED
    throw error;
  }
};
console.log(`made: ${await outcome()}`);
await admin.keys.revoke.mutate({ id: key.id });
console.log(`revoked: ${await outcome()}`);
