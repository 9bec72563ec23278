import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { StartProblem } from "./start-problem.mjs";

const LISTENING = "0A";
const LONGEST_NAME = 40;

function tryToListen({ host, port }) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => {
      resolve(error.code);
    });
    probe.listen({ host, port, exclusive: true }, () => {
      probe.close(() => {
        resolve(null);
      });
    });
  });
}

function readLines(file) {
  try {
    return readFileSync(file, "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

function readNames(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Inodes of the sockets that listen on the port, from the kernel's tables. */
function listeningInodes(port) {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap(readLines)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === LISTENING)
    .map((fields) => fields[9]);
}

function holdsSocket(pid, inodes) {
  return readNames(`/proc/${pid}/fd`).some((descriptor) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      return inodes.some((inode) => target === `socket:[${inode}]`);
    } catch {
      return false;
    }
  });
}

/** "node start.mjs": program and script without their folders. Options are left out, since they may hold a secret. */
function nameOf(pid) {
  const [command = ""] = readLines(`/proc/${pid}/cmdline`);
  const [program = "", first = ""] = command.split("\0");
  const words = /^-|=|:\/\//.test(first) ? [program] : [program, first];
  const name = words.map((word) => path.basename(word)).join(" ");
  return name.trim().slice(0, LONGEST_NAME) || readLines(`/proc/${pid}/comm`)[0];
}

/** "process 4711 (node start.mjs)" where Linux tells this user, else "another program". */
function holderOf(port) {
  const inodes = listeningInodes(port);
  const pids = readNames("/proc").filter((name) => /^\d+$/.test(name));
  const pid = inodes.length > 0 ? pids.find((candidate) => holdsSocket(candidate, inodes)) : null;
  const name = pid ? nameOf(pid) : null;
  return name ? `process ${pid} (${name})` : "another program";
}

/** Refuses an address that cannot be listened on, before anything slow is begun. */
export async function checkPort({ host, port }) {
  const code = await tryToListen({ host, port });
  if (code === null) return;
  const next = port < 65_535 ? port + 1 : port - 1;
  const other = `PORT=${next} npm start`;
  if (code === "EADDRINUSE") {
    throw new StartProblem(
      `Port ${port} is in use by ${holderOf(port)}: stop that, or choose another port with ${other}`,
    );
  }
  if (code === "EACCES") {
    throw new StartProblem(
      `Port ${port} may not be used by this user: choose one above 1023, such as PORT=3000 npm start`,
    );
  }
  throw new StartProblem(
    `HOST is not an address of this machine: set it to 127.0.0.1, or to one of its own addresses.`,
  );
}
