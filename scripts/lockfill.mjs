// node scripts/lockfill.mjs [package-lock.json]   after every npm command that changes the lock file.
//
// Some npm mirrors carry no packages of other platforms (darwin, win32, android …). npm then leaves these optional packages
// out of the lock file, and `npm ci` stops: "Missing: @next/swc-darwin-arm64@ from lock file". This adds an entry for each
// (version, os, cpu, optional): `npm ci` skips it on the wrong platform and fetches it on the right one.
import { readFileSync, writeFileSync } from "node:fs";

const SYSTEMS =
  "darwin win32 linux android freebsd netbsd openbsd sunos aix openharmony cygwin".split(" ");
const CPUS = "arm64 x64 ia32 arm armv7 riscv64 ppc64 s390x loong64 mips64el wasm32 mips64".split(
  " ",
);

/** What a platform package's name says: "@next/swc-darwin-arm64" is for darwin on arm64. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const known = SYSTEMS.find((word) => words.includes(word));
  const system = known ?? (words.includes("windows") ? "win32" : undefined);
  const cpu = CPUS.find((word) => words.includes(word));
  if (cpu) return { system, cpu };
  if (/arm(v\d|-eabi|eabi|-gnueabihf|-musleabihf)/.test(name)) return { system, cpu: "arm" };
  return { system, cpu: /wasm32|wasi/.test(name) ? "wasm32" : undefined };
}

/** As Node resolves: the nearest node_modules at or above `from` that has `name`. */
function isLocked(packages, from, name) {
  const folders = [from];
  for (let base = from; base !== "";) {
    base = base.slice(0, Math.max(0, base.lastIndexOf("node_modules/") - 1));
    folders.push(base);
  }
  return folders.some((base) => packages[`${base === "" ? "" : `${base}/`}node_modules/${name}`]);
}

function entryFor({ range, name, isDev }) {
  const version = /^[\^~]?(\d+\.\d+\.\d+[^ ]*)$/.exec(range)?.[1];
  const { system, cpu } = platformOf(name);
  if (!version || (!system && !cpu)) return null;
  return {
    version,
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(isDev ? { dev: true } : {}),
    optional: true,
    ...(system ? { os: [system] } : {}),
  };
}

const file = process.argv[2] ?? "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"));
let added = 0;
for (const [key, wantedBy] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(wantedBy.optionalDependencies ?? {})) {
    if (isLocked(lock.packages, key, name)) continue;
    const entry = entryFor({ range, name, isDev: wantedBy.dev });
    if (entry) {
      lock.packages[`node_modules/${name}`] = entry;
      added++;
    } else console.warn(`left out: ${name}@${range}, wanted by ${key || "the project"}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform entries added`);
