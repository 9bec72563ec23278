import { afterEach, expect, test, vi } from "vitest";
import { collectorEnvironment } from "./collector-environment";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("what the system needs to find programs and libraries is passed on", () => {
  const needed = {
    PATH: "/opt/bin",
    LD_LIBRARY_PATH: "/usr/local/nvidia/lib64",
    NVIDIA_VISIBLE_DEVICES: "0",
    CUDA_VISIBLE_DEVICES: "1",
  };
  for (const [name, value] of Object.entries(needed)) vi.stubEnv(name, value);
  expect(collectorEnvironment()).toMatchObject(needed);
});

test("nothing else is: no address of a database, no key, nothing that loads code", () => {
  for (const name of [
    "DATABASE_URL",
    "INGEST_KEY_FILE",
    "SOME_TOKEN",
    "NVIDIA_API_KEY",
    "NVIDIA_NGC_TOKEN",
    "LD_PRELOAD",
    "NODE_OPTIONS",
  ])
    vi.stubEnv(name, "secret");
  expect(Object.values(collectorEnvironment())).not.toContain("secret");
});
