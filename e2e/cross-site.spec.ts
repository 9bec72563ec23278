import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attackFromPage } from "./fixtures/attack-page";
import type { Portal } from "./fixtures/start-portal";
import { expect, test } from "./fixtures/story";

test.use({ role: "admin" });

const someone = { email: "evil@example.org", name: "evil", role: "admin" };
/** What a page of another site would like to do with the session of an admin. */
const mutations = [
  { name: "users.create", input: someone },
  { name: "keys.create", input: { name: "evil", kind: "admin", expiresInDays: 1 } },
  { name: "identity.revokeOtherSessions", input: {} },
  { name: "identity.signOut", input: {} },
];

/** As tRPC and as REST. */
function addressesOf(url: string, name: string): string[] {
  const path = name.replace(".", "/").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [`${url}/api/trpc/${name}`, `${url}/api/${path}`];
}

/** Everything that these mutations change: who has an account, which keys and which sessions there are. */
async function readState({ accounts }: Portal): Promise<string> {
  const lists = await Promise.all(
    ["users/list", "keys/list", "sessions/list"].map((name) => accounts.readAsAdmin(name)),
  );
  const rows = lists.flatMap((list) => Object.values(list as Record<string, unknown[]>)).flat();
  const named = rows as { id: string; email?: string; name?: string; revokedAtMs?: number }[];
  return named
    .map((row) => [row.id, row.email, row.name, row.revokedAtMs].join(" "))
    .sort()
    .join("\n");
}

test("a page of another origin changes nothing with the session of an admin", async ({
  page,
  portal,
  complaints,
}) => {
  complaints.allow(/./); // the browser refuses much of it, and says so
  const server = createServer((_, res) => {
    res.writeHead(200, { "content-type": "text/html" });
    res.end("<!doctype html><title>Elsewhere</title><body>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const before = await readState(portal);
  const statuses: number[] = [];
  page.on("response", (response) => {
    if (response.url().startsWith(`${portal.url}/api/`)) statuses.push(response.status());
  });
  const calls = mutations.flatMap(({ name, input }) =>
    addressesOf(portal.url, name).map((url) => ({ url, input })),
  );

  // The same address with another port is the same site: the browser sends the cookie. The other name is another site.
  for (const host of ["127.0.0.1", "localhost"]) {
    await page.goto(`http://${host}:${port}/`);
    expect(await attackFromPage(page, calls)).toBe(13 * calls.length);
    expect(await readState(portal), `from ${host}`).toBe(before);
  }
  // Of the rest the browser hides the answers; the forms were answered in their frames, so they did arrive.
  expect(statuses.length).toBeGreaterThanOrEqual(2 * 3 * calls.length);
  expect(statuses.filter((status) => status < 400)).toEqual([]);

  // The session would have been good for it: from the portal's own page the same call is made.
  await page.goto(portal.url);
  const status = await page.evaluate(
    async (body) => {
      const headers = { "content-type": "application/json" };
      return (await fetch("/api/trpc/users.create", { method: "POST", headers, body })).status;
    },
    JSON.stringify({ ...someone, email: `own-${Date.now()}@example.org`, role: "viewer" }),
  );
  expect(status).toBe(200);
  expect(await readState(portal)).toContain("own-");
  server.close();
});
