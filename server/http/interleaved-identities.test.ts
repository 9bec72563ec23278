import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { identityOf, type TestIdentity } from "@/fixtures/identity-of";
import { seededRandom } from "@/fixtures/seeded-random";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { jsonAnswer, type Route } from "./route";

// A3: many people on few connections, each request on the heels of the one before.

const REQUESTS = 10_000;
const CONNECTIONS = 20;
const SEED = 4_711;

let own: TestIdentity;
let http: TestHttp;
const seen = { sync: 0 };

function route(policy: Route["policy"]): Route {
  return {
    method: "GET",
    path: `/api/${policy}`,
    policy,
    // Answers of one connection must come in the order of their requests although some take longer.
    handle: async ({ actor, query }) => {
      if (Number(query.get("n")) % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      else seen.sync += 1;
      return jsonAnswer({ n: query.get("n"), id: actor.id, role: actor.role });
    },
  };
}

beforeAll(async () => {
  own = identityOf();
  const { clientOf, actorOf, watch } = own.identity;
  const routes = [route("viewer"), route("admin"), route("public")];
  http = await startTestHttp({ routes, clientOf, actorOf, watch });
});
afterAll(async () => {
  await http.stop();
  await own.identity.stop();
});

interface Caller {
  head: string;
  id: string | null;
  role: string;
}

function callers(): Caller[] {
  const people = Array.from({ length: 6 }, (_, n): Caller => {
    const role = n % 2 === 0 ? "viewer" : "admin";
    const { token, row } = own.store.signIn({ role, nowMs: own.clock.wallMs });
    return { head: `Cookie: sightline=${token}\r\n`, id: row.userId, role };
  });
  const programs = (["viewer", "admin"] as const).map((kind): Caller => {
    const { token, row } = own.store.issue(kind);
    return { head: `Authorization: Bearer ${token}\r\n`, id: row.id, role: kind };
  });
  // On this machine whoever shows nothing may read.
  return [...people, ...programs, { head: "", id: null, role: "viewer" }];
}

interface Asked {
  caller: Caller;
  path: string;
  n: number;
}

/** Sends all at once over one connection and answers the statuses and bodies in their order. */
async function pipeline(asked: readonly Asked[]): Promise<{ status: number; body: string }[]> {
  const socket = connect(http.port, "127.0.0.1");
  const last = asked.length - 1;
  const requests = asked.map(({ caller, path, n }, index) => {
    const end = index === last ? "Connection: close\r\n" : "";
    return `GET ${path}?n=${n} HTTP/1.1\r\nHost: localhost\r\n${caller.head}${end}\r\n`;
  });
  let text = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.write(requests.join(""));
  await new Promise((resolve) => socket.on("close", resolve));
  return [...text.matchAll(/HTTP\/1\.1 (\d+) [^]*?\r\n\r\n(\{[^\r]*?\})(?=HTTP|$)/g)].map(
    ([, status, body = ""]) => ({ status: Number(status), body }),
  );
}

test(
  "10,000 interleaved requests of nine callers on kept connections: none is taken for another",
  { timeout: 120_000 },
  async () => {
    const everybody = callers();
    const random = seededRandom(SEED);
    const paths = ["/api/viewer", "/api/admin", "/api/public"];
    const asked = Array.from({ length: REQUESTS }, (_, n): Asked => {
      const caller = everybody[random.below(everybody.length)];
      const path = paths[random.below(paths.length)];
      if (!caller || !path) throw new Error("The random number is out of range.");
      return { caller, path, n };
    });
    // Meanwhile rows grow old and are forgotten, so that answers at once and looks into the database alternate.
    const changing = setInterval(() => {
      own.clock.monotonicMs += 2_000;
      own.identity.credentials.invalidateUser(everybody[0]?.id ?? "");
    }, 3);
    const perConnection = REQUESTS / CONNECTIONS;
    const groups = Array.from({ length: CONNECTIONS }, (_, n) =>
      asked.slice(n * perConnection, (n + 1) * perConnection),
    );
    const answered = await Promise.all(groups.map(pipeline));
    clearInterval(changing);
    const wrong = groups.flatMap((group, g) =>
      group.filter(({ caller, path, n }, index) => {
        const answer = answered[g]?.[index];
        if (path === "/api/admin" && caller.role !== "admin")
          return answer?.status !== (caller.id === null ? 401 : 403);
        const body: unknown = answer?.status === 200 ? JSON.parse(answer.body) : null;
        const { id, role } = caller;
        return JSON.stringify(body) !== JSON.stringify({ n: n.toString(), id, role });
      }),
    );
    process.stdout.write(
      `A3: ${REQUESTS} requests, ${CONNECTIONS} connections, ${everybody.length} callers, ${own.store.reads} looks into the store, seed ${SEED}: ${wrong.length} wrong\n`,
    );
    expect(answered.flat()).toHaveLength(REQUESTS);
    expect(wrong).toEqual([]);
    expect(own.store.reads).toBeGreaterThan(everybody.length);
    expect(seen.sync).toBeGreaterThan(0);
  },
);
