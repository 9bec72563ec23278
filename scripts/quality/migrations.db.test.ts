import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { withTestDatabase } from "@/fixtures/test-database";
import { plantFiles } from "./plant-files";

const root = path.resolve(import.meta.dirname, "../..");
const schemaFile = path.join(root, "prisma/schema.prisma");

/** Exit code of `prisma migrate diff`: 0 = the migrations make exactly this schema, 2 = something differs. */
async function diffMigrations(schema: string): Promise<{ code: number; output: string }> {
  const database = await withTestDatabase({ migrated: false });
  const command = ["migrate", "diff", "--from-migrations", "prisma/migrations"];
  try {
    return await new Promise((resolve) => {
      execFile(
        path.join(root, "node_modules/.bin/prisma"),
        [...command, "--to-schema", schema, "--exit-code"],
        { cwd: root, env: { ...process.env, DATABASE_URL: database.url }, timeout: 60_000 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : Number(error.code ?? 1);
          resolve({ code, output: stdout + stderr });
        },
      );
    });
  } finally {
    await database.drop();
  }
}

test("the migrations make exactly the schema of prisma/schema.prisma", async () => {
  expect(await diffMigrations(schemaFile)).toMatchObject({ code: 0 });
});

test("a model without a migration is found", async () => {
  const folder = plantFiles({});
  const changed = path.join(folder, "schema.prisma");
  const added = "\nmodel Forgotten {\n  id Int @id\n}\n";
  writeFileSync(changed, readFileSync(schemaFile, "utf8") + added);
  const { code, output } = await diffMigrations(changed);
  expect(code).toBe(2);
  expect(output).toContain("Forgotten");
});
