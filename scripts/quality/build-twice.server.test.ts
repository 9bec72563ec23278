import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
const artifacts = path.join(root, "artifacts");
mkdirSync(artifacts, { recursive: true });
const copy = mkdtempSync(path.join(tmpdir(), "sightline-second-build-"));

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** Every file that git knows or would add: what a build may read, docs included (Tailwind scans them for classes). */
async function listSources(): Promise<string[]> {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await run("git", list, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  return stdout.split("\0").filter((file) => file !== "" && existsSync(path.join(root, file)));
}

/** The packages by hard link where that is possible: a second. Else a real copy: a Next build refuses links that leave its root. */
async function copyPackages(): Promise<void> {
  const [from, to] = [path.join(root, "node_modules"), path.join(copy, "node_modules")];
  await run("cp", ["-al", from, to]).catch(async () => {
    rmSync(to, { recursive: true, force: true });
    await run("cp", ["-a", from, to]);
  });
}

/** sha256 of everything that a browser or the server loads, by path. */
function hashBuild(folder: string): Record<string, string> {
  const hashes: Record<string, string> = {};
  const add = (part: string, isWanted: (file: string) => boolean) => {
    const files = readdirSync(path.join(folder, part), { recursive: true, withFileTypes: true });
    for (const file of files) {
      const full = path.join(file.parentPath, file.name);
      if (!file.isFile() || !isWanted(full)) continue;
      const hash = createHash("sha256").update(readFileSync(full)).digest("hex");
      hashes[path.relative(folder, full)] = hash;
    }
  };
  add("dist", (file) => /\.(mjs|js|json|map)$/.test(file));
  add(".next/static", () => true);
  // The prerendered pages. Next's manifests beside them hold keys that are random in each build.
  add(".next/server/app", (file) => /\.(html|rsc)$/.test(file));
  return hashes;
}

test("two builds from the same sources are equal, file by file", { timeout: 300_000 }, async () => {
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  await run(process.execPath, ["scripts/build.mjs"], { cwd: root, env }); // nothing to do when it is fresh
  for (const file of [...(await listSources()), "prisma/generated"])
    cpSync(path.join(root, file), path.join(copy, file), { recursive: true });
  await copyPackages();
  await run(process.execPath, ["scripts/build.mjs"], { cwd: copy, env });

  const [first, second] = [hashBuild(root), hashBuild(copy)];
  expect(Object.keys(first).filter((file) => file.endsWith(".html")).length).toBeGreaterThan(0);
  expect(Object.keys(first).some((file) => file === "dist/server.mjs")).toBe(true);
  expect(second).toEqual(first);
});

test("npm lists what a production install holds, as an SBOM", { timeout: 120_000 }, async () => {
  const { stdout } = await run("npm", ["sbom", "--omit", "dev", "--sbom-format", "cyclonedx"], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const sbom = JSON.parse(stdout) as { bomFormat: string; components: { name: string }[] };
  writeFileSync(path.join(artifacts, "sbom.cyclonedx.json"), stdout);
  expect(sbom.bomFormat).toBe("CycloneDX");
  expect(sbom.components.map((component) => component.name)).toContain("next");
});
