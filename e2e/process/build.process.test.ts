import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { alive, cleanUpAll, processTree, startPortal, until } from "./portal-process";

const root = path.resolve(import.meta.dirname, "../..");
const checkout = mkdtempSync(path.join(tmpdir(), "sightline-checkout-"));

/** A checkout of its own, because these tests break it. Packages by hard link: a Next build refuses links out of its root. */
beforeAll(() => {
  chmodSync(checkout, 0o755); // as root the database runs as another user, who must reach its programs here
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const files = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0");
  for (const file of [...files.filter(Boolean), "prisma/generated"]) {
    const from = path.join(root, file);
    if (existsSync(from)) cpSync(from, path.join(checkout, file), { recursive: true });
  }
  execFileSync("cp", ["-al", path.join(root, "node_modules"), checkout]);
});

afterEach(cleanUpAll);
afterAll(() => {
  rmSync(checkout, { recursive: true, force: true });
});

const inCheckout = (file: string) => path.join(checkout, file);
const builder = () =>
  startPortal({ command: [process.execPath, inCheckout("scripts/build.mjs")], cwd: checkout });

/** Puts a mistake into a file for as long as `work` runs. */
async function withMistake(file: string, work: () => Promise<void>): Promise<void> {
  const sound = readFileSync(inCheckout(file), "utf8");
  writeFileSync(inCheckout(file), `${sound}\nconst mistake = ;\n`);
  try {
    await work();
  } finally {
    writeFileSync(inCheckout(file), sound);
  }
}

test.each(["server/main.ts", "app/layout.tsx"])(
  "a mistake in %s stops the start with the tool's last lines and one sentence",
  async (file) => {
    await withMistake(file, async () => {
      const command = [process.execPath, "scripts/start.mjs", "--env", "/dev/null"];
      const portal = await startPortal({ command, cwd: checkout });
      expect(await portal.ended()).toBe(1);
      expect(portal.output()).toContain(file);
      expect(portal.lastLine()).toMatch(
        /^✗ The (server|pages) could not be built: the lines above/,
      );
      expect(portal.output()).not.toMatch(/^\s+at /m);
    });
    expect(existsSync(inCheckout("dist/.built-from"))).toBe(false);
  },
);

test("an interrupted build is not taken for one; of two at once one builds", async () => {
  const interrupted = await builder();
  const hasNext = () => interrupted.processes().some(({ command }) => /next.*build/.test(command));
  await until("Next builds", hasNext);
  const processes = processTree(interrupted.child.pid ?? 0);
  interrupted.child.kill("SIGTERM");
  expect(await interrupted.ended()).toBe(1);
  await until("its tools are gone", () => alive(processes).length === 0);
  expect(existsSync(inCheckout("dist/.built-from"))).toBe(false);

  const two = [await builder(), await builder()];
  expect(await Promise.all(two.map((one) => one.ended(200_000)))).toEqual([0, 0]);
  const upToDate = two.filter((one) => one.output().includes("build: up to date"));
  expect(upToDate).toHaveLength(1);
  expect(existsSync(inCheckout("dist/.built-from"))).toBe(true);

  // A start that builds leaves none of its tools behind.
  rmSync(inCheckout("dist/.built-from"));
  const command = [process.execPath, "scripts/start.mjs", "--env", "/dev/null"];
  const portal = await startPortal({ command, cwd: checkout });
  await portal.ready();
  const commands = portal.processes().map((one) => one.command);
  expect(portal.output()).toContain("build, about half a minute");
  expect(commands.filter((text) => /esbuild|next.*build/.test(text))).toEqual([]);
  portal.child.kill("SIGTERM");
  expect(await portal.ended()).toBe(0);

  const again = await builder();
  expect(await again.ended()).toBe(0);
  expect(again.output()).toContain("build: up to date");
});
