import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "./fixtures/story";

const documented = readFileSync(path.resolve(import.meta.dirname, "../docs/api.md"), "utf8");

/** Metric families by name, as an OpenMetrics text declares them. */
function familiesOf(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type]) =>
    type === "counter" ? `${name}_total` : name,
  );
}

test("Prometheus reads the values of every GPU, and each series is documented", async ({
  portal,
  standIn,
}) => {
  standIn.replay("load");
  const powerOf = async () => {
    const text = await (await fetch(`${portal.url}/metrics`)).text();
    return [...text.matchAll(/^sightline_gpu_power_watts\{[^}]*gpu="(\d+)"[^}]*\} (\S+)/gm)].map(
      ([, gpu, value]) => [Number(gpu), Number(value)],
    );
  };
  const recorded = standIn
    .recorded("load")
    .map(({ gpuIndex, values }) => [gpuIndex, values.powerWatts]);
  await expect.poll(powerOf).toEqual(recorded);

  const response = await fetch(`${portal.url}/metrics`);
  expect(response.headers.get("content-type")).toContain("application/openmetrics-text");
  const text = await response.text();
  expect(text.trimEnd().endsWith("# EOF")).toBe(true);
  expect(text).not.toMatch(/hsi_gpu_utilization\{[^}]*gpu="3"/); // MIG: not supported, so no series, not 0

  const isDocumented = (name: string) =>
    documented.includes(`\`${name}\``) ||
    /^(process|nodejs)_/.test(name) ||
    name.startsWith("sightline_gpu_");
  expect(familiesOf(text).filter((name) => !isDocumented(name))).toEqual([]);
});

test("a wrong question gets an error with a request id, and nothing from inside", async ({
  portal,
}) => {
  const response = await fetch(`${portal.url}/api/system/gpu/history?since=yesterday`);
  expect(response.status).toBe(422);
  const body = (await response.json()) as { error: { code: string; request_id: string } };
  expect(body.error.code).toBe("INVALID");
  expect(body.error.request_id).toBe(response.headers.get("x-request-id"));
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:|at /);
});
