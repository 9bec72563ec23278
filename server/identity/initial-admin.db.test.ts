import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { useAccountDatabase } from "@/fixtures/account-database";
import { identityRequest } from "@/fixtures/identity-request";
import { signIn } from "./sign-in";

const database = useAccountDatabase();
const email = "boss@example.org";

function fileWith(text: string): string {
  const file = path.join(database.dataDir, "password");
  writeFileSync(file, text);
  return file;
}

const start = (adminPasswordFile: string) =>
  database.start({ adminEmail: email, adminPasswordFile });
const users = () => database.prisma.user.findMany({ select: { email: true, role: true } });

test.each(["a password of one line", "a password of one line\n", "a password of one line\r\n"])(
  "the first admin is made without anybody: %j",
  async (text) => {
    const identity = await start(fileWith(text));
    expect(await users()).toEqual([{ email, role: "admin" }]);
    expect(await identity.setup.isOpen()).toBe(false);
    await signIn(identityRequest(identity), { email, password: "a password of one line" });
    const row = await database.prisma.auditEntry.findFirstOrThrow({
      where: { action: "setup.first-admin" },
      orderBy: { sequence: "desc" },
    });
    expect(row).toMatchObject({ actorKind: "system", actorName: "ADMIN_EMAIL", target: email });
    expect(`${row.after}`).not.toContain("a password");
  },
);

test("once: afterwards the file is not even looked at, and a password that was changed stays", async () => {
  await start(fileWith("the first password"));
  const { passwordHash } = await database.prisma.user.findFirstOrThrow();
  await start(fileWith("short"));
  await start("/does/not/exist");
  expect(await database.prisma.user.findMany()).toMatchObject([{ passwordHash }]);
});

test("portals that start at the same time make one", async () => {
  const file = fileWith("the first password");
  await Promise.all([start(file), start(file), start(file)]);
  expect(await users()).toHaveLength(1);
});

test.each([
  ["too short", "elevenchars"],
  ["empty", ""],
  ["too long", "x".repeat(257)],
  ["two lines", "a password of\ntwo lines"],
  ["a large file", "x".repeat(5_000)],
])("a file that cannot serve is one sentence without what is in it: %s", async (_, text) => {
  const problem = await start(fileWith(text)).catch((error: unknown) => error);
  expect(problem).toMatchObject({
    code: "INVALID",
    message:
      "The file of ADMIN_PASSWORD_FILE must hold one line of 12 to 256 characters: make one with openssl rand -base64 24.",
  });
  expect(await users()).toEqual([]);
});

test("a missing file and a folder are told too", async () => {
  await expect(start("/does/not/exist")).rejects.toThrow(
    /^The file of ADMIN_PASSWORD_FILE does not exist: correct the path or its rights, or remove it and ADMIN_EMAIL/,
  );
  await expect(start(database.dataDir)).rejects.toThrow(/cannot be read/);
});
