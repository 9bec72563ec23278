import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { readProcessIdentity } from "./process-identity";

test("the program of a process, never its arguments", async () => {
  const child = spawn("sleep", ["12345"], { stdio: "ignore" });
  try {
    await new Promise((resolve) => child.once("spawn", resolve));
    await expect.poll(() => readProcessIdentity(child.pid!).name).toBe("sleep");
    expect(JSON.stringify(readProcessIdentity(child.pid!))).not.toContain("12345");
  } finally {
    child.kill("SIGKILL");
  }
});

test("of a process that is not there nothing is known", () => {
  expect(readProcessIdentity(2 ** 31 - 1)).toEqual({
    name: null,
    containerId: null,
    controlGroup: null,
  });
});
