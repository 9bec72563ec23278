import { readFileSync } from "node:fs";

const VALID = "once, within 60 minutes";

/**
 * The line that tells how the first admin is made. Only a terminal gets the code: what a service or a container prints is collected
 * and kept, so there the line names the file, which only whoever runs the portal can read.
 */
export function describeSetup({ url, codeFile }, isTerminal) {
  const code = isTerminal ? readCode(codeFile) : null;
  if (code !== null) return `Make the first admin: ${url}?code=${code} (works ${VALID})`;
  return `Make the first admin: ${url} (the code is in ${codeFile} and works ${VALID})`;
}

function readCode(file) {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}
