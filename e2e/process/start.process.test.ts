import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { cleanUpAll, findFreePort, newDataDir, onCleanUp, startPortal } from "./portal-process";

afterEach(cleanUpAll);

function note(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a refused start looks like to a person: the sentence stands last, with nothing of a stack, and exit code 1. */
async function expectRefusal(
  portal: Awaited<ReturnType<typeof startPortal>>,
  sentence: RegExp,
): Promise<void> {
  expect(await portal.ended()).toBe(1);
  expect(portal.lastLine()).toMatch(sentence);
  const sentences = portal
    .output()
    .split("\n")
    .filter((line) => line.startsWith("✗"));
  expect(sentences).toHaveLength(1);
  expect(portal.output()).not.toMatch(/^\s+at /m);
  expect(portal.output()).not.toMatch(/node:internal|Error:/);
}

test("a first start serves a page, a second one is faster", async () => {
  const dataDir = newDataDir();
  const first = await startPortal({ dataDir });
  const freshMs = await first.ready();
  // Nothing else: no line of a library, no warning.
  const lines = first.output().trim().split("\n");
  expect(lines.map((line) => line.replace(/ \(\d+\.\d s\)$/, ""))).toEqual([
    "✓ settings",
    "✓ build",
    "✓ database",
    expect.stringMatching(/^✓ migrations: \d+ applied$/),
    "✓ pages",
    `✓ port ${first.port}`,
    "✓ collector: nvidia-smi, 2 GPUs",
    `Sightline is ready: ${first.url}`,
    `Make the first admin: ${first.url}/setup (the code is in ${dataDir}/setup-code and works once, within 60 minutes)`,
  ]);
  expect((await fetch(`${first.url}/`)).status).toBe(200);
  expect((await fetch(`${first.url}/ready`)).status).toBe(200);
  first.child.kill("SIGTERM");
  expect(await first.ended()).toBe(0);

  const second = await startPortal({ dataDir, port: first.port });
  const warmMs = await second.ready();
  note(`start with a new data folder ${Math.round(freshMs)} ms, again ${Math.round(warmMs)} ms`);
});

test("without a GPU it says that values are simulated", async () => {
  const portal = await startPortal({ settings: { NVIDIA_SMI_PATH: "/nowhere/nvidia-smi" } });
  await portal.ready();
  expect(portal.output()).toMatch(/^✓ .*simulated/m);
});

describe("refuses with one sentence and exit code 1", () => {
  test("a port in use", async () => {
    const port = await findFreePort();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
    onCleanUp(() => holder.close());
    const portal = await startPortal({ port });
    await expectRefusal(
      portal,
      new RegExp(
        `^✗ Port ${port} is in use by process ${process.pid} \\(node[^/]*\\): stop that, or choose another port with PORT=${port + 1} npm start$`,
      ),
    );
  });

  test("a bad setting", async () => {
    const portal = await startPortal({ settings: { GPU_POLL_INTERVAL_SECONDS: "0" } });
    await expectRefusal(
      portal,
      /^✗ GPU_POLL_INTERVAL_SECONDS is out of range \(allowed: 0\.2 to 60/,
    );
  });

  test("an unknown name in .env", async () => {
    const portal = await startPortal({ envFile: "GPU_POL_INTERVAL_SECONDS=2\n" });
    await expectRefusal(
      portal,
      /^✗ GPU_POL_INTERVAL_SECONDS is not a setting\. Did you mean GPU_POLL_INTERVAL_SECONDS\?$/,
    );
  });

  test("a HOST of another machine", async () => {
    const settings = { HOST: "203.0.113.7" };
    await expectRefusal(
      await startPortal({ settings }),
      /^✗ HOST is not an address of this machine/,
    );
  });

  test("a broken data folder", async () => {
    const dataDir = newDataDir();
    const sound = await startPortal({ dataDir });
    await sound.ready();
    sound.child.kill("SIGTERM");
    expect(await sound.ended()).toBe(0);
    const cluster = readdirSync(dataDir).find((name) => /^postgres-\d+$/.test(name)) ?? "";
    rmSync(path.join(dataDir, cluster, "global/pg_control"));
    await expectRefusal(
      await startPortal({ dataDir }),
      /^✗ The data folder .* is broken \(global\/pg_control is missing\): put it back from a backup/,
    );
  });

  test("a data folder that another portal uses", async () => {
    const dataDir = newDataDir();
    const first = await startPortal({ dataDir });
    await first.ready();
    await expectRefusal(
      await startPortal({ dataDir }),
      /^✗ Another portal \(process \d+\) already uses .*: stop it, or set DATA_DIR/,
    );
  });

  test("a database that refuses", async () => {
    const settings = { DATABASE_URL: "postgresql://someone:canary-secret@127.0.0.1:1/none" };
    const portal = await startPortal({ settings });
    await expectRefusal(portal, /^✗ The database refuses the connection: start PostgreSQL/);
    expect(portal.output()).not.toContain("canary-secret");
  });

  test("a full disk", async () => {
    const dataDir = newDataDir();
    const full = /^✗ The disk is full: free space, then try again\.$/;
    if (mountSmallDisk(dataDir)) {
      note("full disk: by a tmpfs of 8 MiB");
      await expectRefusal(await startPortal({ dataDir }), full);
      return;
    }
    note("full disk: by ulimit -f, since mounting is not allowed here");
    const script = 'ulimit -f 2000; exec "$0" scripts/start.mjs --env /dev/null';
    const command = ["sh", "-c", script, process.execPath];
    await expectRefusal(await startPortal({ dataDir, command }), full);
  });
});

function mountSmallDisk(folder: string): boolean {
  try {
    const args = ["-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", folder];
    execFileSync("mount", args, { stdio: "ignore" });
  } catch {
    return false;
  }
  onCleanUp(() => execFileSync("umount", [folder]));
  return true;
}
