import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import runtimePackages from "./runtime-packages.json" with { type: "json" };

interface LockEntry {
  version: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  dependencies?: Record<string, string>;
}

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), "utf8")) as unknown;
const lock = read("package-lock.json") as { packages: Record<string, LockEntry> };
const manifest = read("package.json") as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const entries = Object.entries(lock.packages).filter(([key]) => key !== "");
const nameOf = (key: string) =>
  key.slice(key.lastIndexOf("node_modules/") + "node_modules/".length);

/** Lowest version without a known hole. Raise a floor with each advisory; never lower one. */
const floors: Record<string, string> = {
  next: "16.4.1", // use cache and image API: remote code execution
  react: "19.2.6", // server components: denial of service, remote code execution
  "react-dom": "19.2.6",
  "engine.io": "6.6.10", // a protocol mismatch kills the process
  "@trpc/server": "11.8.0", // prototype pollution
};

/** Compares release numbers; a prerelease counts as its release. */
function isAtLeast(version: string, floor: string): boolean {
  const numbers = (text: string) => text.split("-")[0]!.split(".").map(Number);
  const [have, need] = [numbers(version), numbers(floor)];
  for (const [place, wanted] of need.entries()) {
    const own = have[place] ?? 0;
    if (own !== wanted) return own > wanted;
  }
  return true;
}

/** Every locked package must be at its floor, wherever in the tree it stands. */
function belowFloor(packages: [string, LockEntry][]): string[] {
  return packages
    .filter(([key, { version }]) => {
      const floor = floors[nameOf(key)];
      return floor !== undefined && !isAtLeast(version, floor);
    })
    .map(([key, { version }]) => `${key} ${version}`);
}

describe("versions", () => {
  test("no package is below its floor", () => {
    expect(belowFloor(entries)).toEqual([]);
  });
  test("every floor is for a package that is there", () => {
    const names = new Set(entries.map(([key]) => nameOf(key)));
    expect(Object.keys(floors).filter((name) => !names.has(name))).toEqual([]);
  });
  test.each([
    ["16.4.0", true],
    ["16.4.1", false],
    ["16.10.0", false],
    ["15.9.9", true],
  ])("next %s: below the floor is %s", (version, isBelow) => {
    expect(belowFloor([["node_modules/a/node_modules/next", { version }]]).length > 0).toBe(
      isBelow,
    );
  });
  test("package.json names exact versions only", () => {
    const wanted = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    };
    const loose = Object.entries(wanted).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});

describe("origins", () => {
  /**
   * Packages for other systems than the one that made the lock file. Where they could not be had, lockfill.mjs
   * writes their entries without a hash; npm skips them here, and verifies the registry's own hash on such a system.
   */
  const otherSystems =
    /^node_modules\/(@koromix\/koffi-|@next\/swc-|@oxc-parser\/binding-|@tailwindcss\/oxide-|lefthook-)[a-z0-9-]+$/;
  const ownSystem = /-linux-(x64|arm64)/;

  test("each package has a sha512 hash, except packages of other systems", () => {
    const bare = entries.filter(([, entry]) => !entry.integrity?.startsWith("sha512-"));
    const unexplained = bare.filter(
      ([key, entry]) => !(entry.optional && otherSystems.test(key) && !ownSystem.test(key)),
    );
    expect(unexplained.map(([key]) => key)).toEqual([]);
  });
  test("no package comes from git, a file or a plain address", () => {
    const foreign = entries.filter(
      ([, { resolved }]) =>
        resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/"),
    );
    expect(foreign.map(([key]) => key)).toEqual([]);
  });
  test("install scripts run for the packages in allowScripts only", () => {
    const withScripts = entries
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([key]) => nameOf(key));
    expect([...new Set(withScripts)].sort()).toEqual(Object.keys(manifest.allowScripts).sort());
  });
});

/** As Node resolves: the nearest node_modules above `from` that has `name`. */
function resolveLocked(from: string, name: string): string | null {
  for (let base = from; ;) {
    const key = `${base ? `${base}/` : ""}node_modules/${name}`;
    if (lock.packages[key]) return key;
    if (!base) return null;
    const above = base.lastIndexOf("/node_modules/");
    base = above === -1 ? "" : base.slice(0, above);
  }
}

/** Everything that the given packages need to run, by lock file key, without types. Optional and peer packages are named by hand. */
function closure(names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const waiting: [from: string, name: string][] = names.map((name) => ["", name]);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const key = resolveLocked(...next);
    if (key === null || found.has(key) || key.includes("node_modules/@types/")) continue; // types are not loaded
    found.add(key);
    for (const name of Object.keys(lock.packages[key]?.dependencies ?? {}))
      waiting.push([key, name]);
  }
  return found;
}

const bundling = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  outdir: "dist",
  platform: "node",
  format: "esm",
  logLevel: "silent",
} as const;
const packageOf = (path: string) => /^(@[^/]+\/)?[^/]+/.exec(path)![0];

/** What our server and collector import from packages, as the bundler sees it: `pg`, `@trpc/server/http`. */
async function importedPaths(): Promise<string[]> {
  const entryPoints = ["server/main.ts", "collector/main.ts"];
  const { metafile } = await build({ ...bundling, entryPoints, packages: "external" });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return imports
    .filter(({ external, path }) => external === true && !path.startsWith("node:"))
    .map((entry) => entry.path)
    .filter((path) => resolveLocked("", packageOf(path)) !== null);
}

/**
 * It brings two web frameworks and a client's packages that our part of it never loads, so its own packages are not taken from the
 * lock file: its files are followed.
 */
const FOLLOWED = "@modelcontextprotocol/sdk";

/** Every package whose files are loaded with these imports. */
async function packagesBehind(paths: readonly string[]): Promise<string[]> {
  const contents = paths.map((path) => `import ${JSON.stringify(path)};`).join("\n");
  const { metafile } = await build({ ...bundling, stdin: { contents, resolveDir: root } });
  const files = Object.keys(metafile.inputs).filter((file) => file.includes("node_modules/"));
  return files.map((file) => packageOf(nameOf(file)));
}

describe("the packages that the server loads at run time", () => {
  const reasons: Record<string, string> = runtimePackages.packages;
  // Loaded by name while running, so no bundler sees them; react and react-dom come with the pages, tiktoken's ranks are read as files.
  const loadedByName = [
    "react",
    "react-dom",
    "tiktoken",
    ...Object.keys(manifest.optionalDependencies),
  ];
  let loaded: string[] = [];

  beforeAll(async () => {
    const paths = await importedPaths();
    const isFollowed = (path: string) => packageOf(path) === FOLLOWED;
    const wholly = paths.filter((path) => !isFollowed(path)).map(packageOf);
    const followed = await packagesBehind(paths.filter(isFollowed));
    const keys = closure([...wholly, ...loadedByName]);
    loaded = [...new Set([...[...keys].map(nameOf), ...followed])].sort();
  }, 60_000);

  test("all stand in runtime-packages.json, with a reason for each", () => {
    expect(Object.keys(reasons).sort()).toEqual(loaded);
    for (const reason of Object.values(reasons)) expect(reason.length).toBeGreaterThan(10);
  });
  test('"needed by X" is true', () => {
    const untrue = Object.entries(reasons).filter(([name, reason]) => {
      const parent = /^needed by (\S+)$/.exec(reason)?.[1];
      if (parent === undefined) return false;
      return !entries.some(
        ([key, entry]) => nameOf(key) === parent && name in (entry.dependencies ?? {}),
      );
    });
    expect(untrue).toEqual([]);
  });
  test("none is a development package", () => {
    const development = entries.filter(([key, entry]) => entry.dev && loaded.includes(nameOf(key)));
    const only = development.filter(
      ([key]) => !entries.some(([other, entry]) => nameOf(other) === nameOf(key) && !entry.dev),
    );
    expect(only.map(([key]) => key)).toEqual([]);
  });
});
