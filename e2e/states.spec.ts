import type { Page } from "@playwright/test";
import { checkLook } from "./fixtures/check-look";
import { checkValues } from "./fixtures/check-values";
import { readLatest, readRestLatest } from "./fixtures/read-api";
import { expect, test } from "./fixtures/story";

const paths = {
  overview: "/",
  fleet: "/gpus",
  gpu: "/gpu?gpu=GPU-51900000-0000-4000-8000-000000000002",
};

test.beforeEach(({ standIn }) => {
  standIn.replay("load");
});

for (const [name, path] of Object.entries(paths)) {
  test(`with values, the ${name} page looks right`, async ({ page, portal, standIn }) => {
    await page.goto(portal.url + path);
    await checkValues(page, standIn.recorded("load").slice(2, 3));
    await checkLook(page, name);
  });
}

test("no GPU: the page says where it looked, what was missing there, and what to do", async ({
  page,
  startOwnPortal,
}) => {
  const portal = await startOwnPortal({
    GPU_SOURCES: "smi,health",
    NVIDIA_SMI_PATH: "/usr/bin/there-is-no-nvidia-smi",
  });
  for (const path of ["/", "/gpus"]) {
    await page.goto(portal.url + path);
    const state = page.getByRole("region", { name: "No GPU" });
    await expect(state).toContainText("No GPU on this machine");
    await expect(state).toContainText("nvidia-smi");
    await expect(state).toContainText("AI_HEALTH_URLS");
    await expect(state).toContainText("GPU_SOURCES=simulated");
    await checkLook(page, `no-gpu-${path === "/" ? "overview" : "fleet"}`);
  }
  const fleet = await readLatest(portal.url);
  expect(fleet).toMatchObject({ gpus: [], simulated: false });
  expect((await fetch(`${portal.url}/api/system/health`)).status).toBe(200);
});

test("simulated values say so, on every page and in every answer", async ({
  page,
  startOwnPortal,
}) => {
  const portal = await startOwnPortal({ GPU_SOURCES: "simulated" });
  // The server is ready before the first poll.
  await expect.poll(async () => (await readLatest(portal.url)).gpus.length).toBeGreaterThan(0);
  const { gpus, simulated } = await readLatest(portal.url);
  expect(simulated).toBe(true);
  const uuid = gpus[0]?.sample.gpuUuid ?? "";
  expect(await readRestLatest(portal.url, uuid)).toMatchObject({
    simulated: true,
    source: "simulated",
  });
  for (const [name, path] of Object.entries({ ...paths, gpu: `/gpu?gpu=${uuid}` })) {
    await page.goto(portal.url + path);
    await expect(page.getByText("Simulated data.", { exact: true })).toBeVisible();
    await expect(page.getByTestId(`gpu-${uuid}-memoryUsedMib`).first()).toBeVisible();
    await checkLook(page, `simulated-${name}`);
  }
});

test("without any source, simulated values say which GPU sources were tried", async ({
  page,
  startOwnPortal,
}) => {
  const portal = await startOwnPortal({ NVIDIA_SMI_PATH: "/usr/bin/there-is-no-nvidia-smi" });
  await page.goto(portal.url);
  const strip = page.getByText("Simulated data.", { exact: true }).locator("..");
  await expect(strip).toContainText("No GPU was found");
  await expect(strip).toContainText("NVIDIA_SMI_PATH");
  await expect(strip).toContainText("AI_HEALTH_URLS");
});

test("the driver hangs: values turn stale, stay readable, and say since when", async ({
  page,
  startOwnPortal,
  ownStandIn,
}) => {
  // A driver that hangs from the start is given 30 s, and the next try waits a little: the recovery may take a minute.
  test.setTimeout(240_000);
  const portal = await startOwnPortal({ ...ownStandIn.settings, GPU_SOURCES: "smi" });
  const one = ownStandIn.recorded("idle").slice(2, 3);
  await page.goto(portal.url);
  await checkValues(page, one, ["memoryUsedMib"]);
  await expect(page.getByText(/^Stale /)).toHaveCount(0);
  ownStandIn.hang();
  await expect(page.getByText(/^Stale /).first()).toBeVisible({ timeout: 30_000 });
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(portal.url + path);
    await expect(page.getByText(/^Stale /).first()).toBeVisible({ timeout: 30_000 });
    await checkValues(page, one, ["memoryUsedMib"]);
    await checkLook(page, `stale-${name}`);
  }
  expect((await readLatest(portal.url)).gpus.every(({ stale }) => stale)).toBe(true);
  ownStandIn.replay("idle");
  await expect(page.getByText(/^Stale /)).toHaveCount(0, { timeout: 120_000 });
});

test("a GPU that is not there: the page says so and leads to those that are", async ({
  page,
  portal,
}) => {
  await page.goto(`${portal.url}/gpu?gpu=GPU-not-there`);
  const main = page.locator("main");
  await expect(main).toContainText("GPU-not-there");
  await expect(main.getByRole("link").first()).toBeVisible();
  await checkLook(page, "unknown-gpu");
});

test("an address that does not exist", async ({ page, portal, complaints }) => {
  complaints.allow(/404/);
  const response = await page.goto(`${portal.url}/not-there`);
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("link", { name: /overview/i }).first()).toBeVisible();
  await checkLook(page, "not-found");
});

/** Asks the real server something that it refuses, so that its own error comes back with its own request id. */
async function spoilCalls(page: Page, procedure: string): Promise<void> {
  await page.route(`**/api/trpc/**${procedure}**`, async (route) => {
    const url = new URL(route.request().url());
    url.pathname = url.pathname.replaceAll(procedure, `${procedure}Nothing`);
    await route.continue({ url: url.href });
  });
}

test("an error shows what failed, the request id that the log has, and Retry", async ({
  page,
  portal,
  complaints,
  standIn,
}) => {
  complaints.allow(/404/);
  const requestIds: string[] = [];
  page.on("response", (response) => {
    // 207: it went with other calls in one request, which were answered.
    if ([207, 404].includes(response.status()))
      requestIds.push(response.headers()["x-request-id"] ?? "");
  });
  await spoilCalls(page, "gpu.history");
  await page.goto(portal.url + paths.gpu);
  const alert = page.getByRole("alert").filter({ hasText: "History was not read" }).first();
  await expect(alert).toBeVisible({ timeout: 30_000 });
  const shown = await alert.textContent();
  expect(requestIds.filter((id) => id !== "" && shown?.includes(id))).toHaveLength(1);
  await checkLook(page, "history-error");

  await page.unroute("**/api/trpc/**gpu.history**");
  await alert.getByRole("button", { name: "Retry" }).click();
  await expect(alert).toBeHidden();
  await checkValues(page, standIn.recorded("load").slice(2, 3));
});

test("while the first values are on their way, the page shows their shape and after 2 s what it waits for", async ({
  page,
  portal,
  standIn,
}) => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  await page.route("**/api/trpc/**", async (route) => {
    await gate;
    await route.continue().catch(() => undefined); // its page may have been left meanwhile
  });
  for (const [name, path] of Object.entries({ overview: "/", fleet: "/gpus" })) {
    await page.goto(portal.url + path);
    await expect(page.locator("[aria-busy=true]").first()).toBeVisible();
    await expect(page.getByText("The collector has not answered yet")).toBeVisible();
    await checkLook(page, `loading-${name}`);
  }
  open();
  await checkValues(page, standIn.recorded("load"));
});
