export { holdAdvisoryLock } from "./advisory-lock";
export { applyMigrations } from "./apply-migrations";
export { databaseProblem } from "./database-problem";
export { startEmbeddedDatabase } from "./embedded-postgres";
export { openDatabase } from "./open-database";
