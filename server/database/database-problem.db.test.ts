import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import { withTestDatabase } from "@/fixtures/test-database";
import { databaseProblem, requirePostgresVersion } from "./database-problem";

/** The sentence for whatever a connection and a statement answer. */
async function problemOf(url: string, sql = "SELECT 1"): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 500 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(sql);
    return "none";
  } catch (error) {
    return databaseProblem(error).message;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

test("each refusal of a real server is one sentence without the address", async () => {
  const { url } = await withTestDatabase();
  const { port, password } = new URL(url);
  const answers = {
    refused: await problemOf("postgresql://a:secret@127.0.0.1:1/x"),
    password: await problemOf(changed(url, (u) => (u.password = "wrong-secret"))),
    missing: await problemOf(changed(url, (u) => (u.pathname = "/no_such_database"))),
    readOnly: await problemOf(url, "SET default_transaction_read_only = on; SELECT 1").then(() =>
      problemOf(url, "BEGIN READ ONLY; CREATE TABLE x (id INT)"),
    ),
    timeout: await problemOf(url, "SET statement_timeout = 10; SELECT pg_sleep(5)"),
  };
  expect(answers.refused).toContain("refuses the connection");
  expect(answers.password).toContain("refuses user or password");
  expect(answers.missing).toContain("does not exist: create it");
  expect(answers.readOnly).toContain("is read-only");
  expect(answers.timeout).toContain("took too long");
  for (const answer of Object.values(answers)) {
    for (const secret of ["127.0.0.1", port, password, "secret"])
      expect(answer).not.toContain(secret);
  }
});

test("no free connection", async () => {
  const { url } = await withTestDatabase();
  const role = `limited_${randomBytes(4).toString("hex")}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x' CONNECTION LIMIT 0`);
  try {
    const limited = changed(url, (u) => {
      u.username = role;
      u.password = "x";
    });
    expect(await problemOf(limited)).toContain("no free connection");
  } finally {
    await client.query(`DROP ROLE ${role}`);
    await client.end();
  }
});

test("a server that accepts and stays silent", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  const port = typeof address === "object" && address ? address.port : 0;
  expect(await problemOf(`postgresql://a@127.0.0.1:${port}/x`)).toContain("does not answer");
  silent.close();
});

test.each([
  [Object.assign(new Error("x"), { code: "ENOSPC" }), "The disk is full"],
  [new Error("could not extend file: No space left on device"), "The disk is full"],
  [Object.assign(new Error("x"), { code: "53100" }), "The disk of the database is full"],
  [Object.assign(new Error("x"), { code: "57P01" }), "is restarting or was stopped"],
  [Object.assign(new Error("x"), { code: "EROFS" }), "read-only: set DATA_DIR"],
  [new AggregateError([Object.assign(new Error("x"), { code: "ECONNREFUSED" })]), "refuses"],
  [new Error("something new at 10.0.0.1"), "The database answered with an error: see the log"],
  ["a text", "The database answered with an error"],
])("%s", (error, sentence) => {
  expect(databaseProblem(error).message).toContain(sentence);
});

test("a server older than 15 is refused, 15 is not", () => {
  expect(() => {
    requirePostgresVersion(140_013);
  }).toThrow("The database is PostgreSQL 14: the portal needs 15 or newer.");
  requirePostgresVersion(150_000);
});
