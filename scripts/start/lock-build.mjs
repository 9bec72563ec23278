import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { StartProblem } from "./start-problem.mjs";

const POLL_MS = 200;
const LIMIT_MS = 10 * 60_000;

/** The start time tells a process from a later one with the same id. */
function identityOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${pid}/${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return `${pid}/unknown`;
  }
}

function isAlive(identity) {
  const pid = Number(identity.split("/", 1)[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  return identityOf(pid) === identity;
}

/** Two starts in one checkout: one builds, the other waits for it. A killed one's lock counts as none. */
export async function lockBuild(file, signal) {
  const mine = identityOf(process.pid);
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: "wx" });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = readFileSync(file, { encoding: "utf8", flag: "a+" });
    if (holder !== "" && !isAlive(holder)) rmSync(file, { force: true });
    else await sleep(POLL_MS, undefined, { signal });
    if (Date.now() > end) {
      throw new StartProblem(
        `Another build has been running for 10 minutes: end process ${holder.split("/", 1)[0]}, then try again.`,
      );
    }
  }
}
