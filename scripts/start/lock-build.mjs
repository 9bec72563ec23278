// Needs nothing installed and Node 18: scripts/bootstrap.mjs takes this lock before there are packages. The way of locking is
// that of server/database/data-folder-lock.ts, which is TypeScript and therefore out of its reach.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;
const SETTLE_MS = 20;
const LIMIT_MS = 10 * 60_000;

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** The start time tells a process from a later one with the same id. */
function identityOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${pid}/${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return `${pid}/unknown`;
  }
}

/** False of what is no identity, such as the empty file of a full disk. */
function isAlive(identity) {
  const pid = Number(identity.split("/", 1)[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  return identityOf(pid) === identity;
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Appears with its content at once, and only where there is none. */
function tryCreate(file, content) {
  const draft = `${file}.${process.pid}.draft`;
  try {
    writeFileSync(draft, content);
    return tryLink(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a dead process's lock away; should it be a living one's by now, that is put back. */
function removeStale(file, stale) {
  const moved = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, moved);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (readText(moved) !== stale) tryLink(moved, file);
  rmSync(moved, { force: true });
}

/** An error that scripts/start/start-problem.mjs knows by its name; that file itself is too new for Node 18. */
function tooLong(holder) {
  const pid = holder.split("/", 1)[0];
  const sentence = `Another start has been installing or building for 10 minutes: end process ${pid}, then try again.`;
  return Object.assign(new Error(sentence), { name: "StartProblem" });
}

/**
 * Several starts in one checkout: one installs or builds, the others wait for it, `onWait` is called once. The file must lie
 * outside the folders that are made meanwhile. The lock of a killed process counts as none.
 */
export async function lockBuild(file, { signal, onWait = () => undefined } = {}) {
  const mine = identityOf(process.pid);
  const end = Date.now() + LIMIT_MS;
  let hasWaited = false;
  for (;;) {
    const holder = readText(file);
    if (holder !== null && isAlive(holder)) {
      if (Date.now() > end) throw tooLong(holder);
      if (!hasWaited) onWait();
      hasWaited = true;
      await sleep(POLL_MS, undefined, { signal });
      continue;
    }
    if (holder !== null) removeStale(file, holder);
    if (!tryCreate(file, mine)) continue;
    await sleep(SETTLE_MS); // one that had read the stale lock would have moved ours by now
    if (readText(file) === mine) return { release: () => releaseOwn(file, mine) };
  }
}

function releaseOwn(file, mine) {
  if (readText(file) === mine) rmSync(file, { force: true });
}
