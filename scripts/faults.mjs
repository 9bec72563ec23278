// `npm run test:faults [-- FILE...]`: kills, full disks, absent databases, clocks that jump. Minutes rather than seconds,
// so not in `npm test`; the CI runs both. Ends with the line "N passed, N failed".
import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { artifacts } from "./quality/run-step.mjs";
import { MINUTE_MS, runSteps, vitestStep } from "./quality/run-steps.mjs";

/** Where Debian's packages are unpacked: not installed, so that no service of theirs starts. e2e/faults/find-tool.ts looks here. */
const toolFolder = path.join(artifacts, "tools");
const tools = [
  { file: "usr/bin/promtool", package: "prometheus" },
  { file: "usr/lib/*/faketime/libfaketime.so.1", package: "libfaketime" },
];

/** A shell script that brings what is missing; null when nothing is, or when this is not Debian or not root. */
function fetchTools() {
  const isMissing = ({ file }) =>
    ["/", toolFolder].every((root) => globSync(path.join(root, file)).length === 0);
  const names = tools
    .filter(isMissing)
    .map((tool) => tool.package)
    .join(" ");
  const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (names === "" || !isRootOnDebian) return null;
  return [
    "folder=$(mktemp -d) && chmod 755 $folder && cd $folder",
    `(apt-get download ${names} 2>/dev/null || (apt-get update && apt-get download ${names}))`,
    `mkdir -p '${toolFolder}'`,
    `for file in *.deb; do dpkg-deb -x "$file" '${toolFolder}'; done`,
    'rm -rf "$folder"',
  ].join(" && ");
}

const script = fetchTools();
const files = process.argv.slice(2);
const faults = vitestStep("faults", 40 * MINUTE_MS);
const steps = [
  // Without them the tests that need one skip and say so: no failure of ours.
  ...(script ? [{ name: "tools", command: ["sh", "-c", `${script} || true`] }] : []),
  { name: "build", command: [process.execPath, "scripts/build.mjs"] },
  { ...faults, command: [...faults.command, ...files], needs: "build" },
];
process.exit(await runSteps({ steps, wanted: [], file: "faults.json" }));
