import { existsSync } from "node:fs";
import path from "node:path";
import { defineConfig } from "prisma/config";

// The stand-in answers for Prisma's native engine, which cannot be downloaded everywhere; PRISMA_NATIVE=1 asks for the download.
const standIn = path.resolve(import.meta.dirname, "scripts/schema-engine.mjs");
if (!process.env.PRISMA_NATIVE && existsSync(standIn))
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= standIn;
process.env.CHECKPOINT_DISABLE ??= "1"; // no look-up of newer versions

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://127.0.0.1:5432/sightline" },
});
