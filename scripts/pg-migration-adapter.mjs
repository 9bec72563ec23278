// @prisma/adapter-pg 7.10.0 made fit for Prisma's WASM schema engine. It works around four defects:
//  1. PostgreSQL's "char" (OID 18) is not mapped: "Column type 'char' could not be deserialized from the database."
//  2. executeScript() splits at every ';', which breaks $$ bodies and strings and loses the implicit transaction.
//  3. connectToShadowDb() sets {connectionString, database}; pg lets connectionString win: the shadow is the MAIN database.
//  4. The shadow's pool ends after DROP DATABASE, and the connection that drops it never: 10 s without end at exit.
import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";

const OID_CHAR = 18;
const OID_TEXT = 25;

/** Defect 1: reads "char" columns as text and names their type in the answer. */
function readCharAsText(queryable) {
  const performIO = queryable.performIO.bind(queryable);
  const { queryRaw } = Object.getPrototypeOf(Object.getPrototypeOf(queryable));
  return async (query) => {
    const charColumns = [];
    const asText = async (statement) => {
      const result = await performIO(statement);
      for (const [position, field] of (result.fields ?? []).entries()) {
        if (field.dataTypeID !== OID_CHAR) continue;
        charColumns.push(position);
        field.dataTypeID = OID_TEXT;
      }
      return result;
    };
    const patched = Object.create(queryable, { performIO: { value: asText } });
    const answer = await queryRaw.call(patched, query);
    for (const position of charColumns) answer.columnTypes[position] = ColumnTypeEnum.Character;
    return answer;
  };
}

function repair(queryable) {
  queryable.queryRaw = readCharAsText(queryable);
  // Defect 2: one simple query is one transaction.
  queryable.executeScript = async (script) => {
    try {
      await queryable.client.query(script);
    } catch (error) {
      queryable.onError(error);
    }
  };
  if (queryable.startTransaction) {
    const startTransaction = queryable.startTransaction.bind(queryable);
    queryable.startTransaction = async (...options) => repair(await startTransaction(...options));
  }
  return queryable;
}

export class PrismaPgForMigrations extends PrismaPg {
  constructor(connectionUrl) {
    const url = new URL(connectionUrl);
    const schema = url.searchParams.get("schema");
    super(
      {
        host: url.searchParams.get("host") ?? decodeURIComponent(url.hostname),
        port: Number(url.port || 5432),
        user: decodeURIComponent(url.username),
        password: url.password ? decodeURIComponent(url.password) : undefined,
        database: decodeURIComponent(url.pathname.slice(1)),
        max: 1,
        application_name: "migrate",
      },
      schema ? { schema } : undefined,
    );
  }

  async connect() {
    return repair(await super.connect());
  }

  /** Defects 3 and 4: a database of its own, dropped when its connections are closed. */
  async connectToShadowDb() {
    const database = `prisma_migrate_shadow_db_${randomUUID()}`;
    const asAdmin = async (sql) => {
      const adminDatabase = process.env.PRISMA_ADMIN_DB ?? "postgres";
      const client = new pg.Client({ ...this.config, database: adminDatabase });
      await client.connect();
      try {
        await client.query(sql);
      } finally {
        await client.end();
      }
    };
    await asAdmin(`CREATE DATABASE "${database}" TEMPLATE template0`);
    const connection = repair(await new PrismaPg({ ...this.config, database }).connect());
    const dispose = connection.dispose.bind(connection);
    connection.dispose = async () => {
      await dispose();
      await asAdmin(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
    };
    return connection;
  }
}
