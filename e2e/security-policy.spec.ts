import { expect, test } from "./fixtures/story";

const addresses = [
  { path: "/", status: 200, complaints: [] },
  { path: "/gpus", status: 200, complaints: [] },
  { path: "/gpu", status: 200, complaints: [] },
  { path: "/account", status: 200, complaints: [] },
  { path: "/not-there", status: 404, complaints: [/status of 404/] }, // the browser says so of the page itself
];

for (const { path, status, complaints: allowed } of addresses) {
  test(`${path} runs under a strict policy: only scripts that were built`, async ({
    page,
    portal,
    complaints,
  }) => {
    complaints.allow(...allowed);
    const response = await page.goto(portal.url + path);
    expect(response?.status()).toBe(status);
    const policy = response?.headers()["content-security-policy"] ?? "";
    const scripts = policy.split(";").find((part) => part.trim().startsWith("script-src")) ?? "";
    expect(scripts).toContain("'sha256-");
    expect(scripts).not.toContain("unsafe");
    expect(policy).toContain("frame-ancestors 'none'");

    // It hydrates: a button that only scripts can make work does work. The guard finds every refused script or style.
    await page.getByRole("button", { name: "Search or jump to" }).click();
    await expect(page.getByRole("dialog", { name: "Search or jump to" })).toBeVisible();
  });
}

for (const path of ["/sign-in", "/setup"]) {
  test(`${path} runs under the same policy`, async ({ page, portal }) => {
    const response = await page.goto(portal.url + path);
    const policy = response?.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toMatch(/script-src [^;]*unsafe/);
    await expect(page.getByRole("main")).toBeVisible();
  });
}

test("a script that somebody slips into the page does not run", async ({
  page,
  portal,
  complaints,
}) => {
  complaints.allow(/Content Security Policy/);
  await page.goto(portal.url);
  const hasRun = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.documentElement.dataset.slippedIn = 'yes'";
    document.body.append(script);
    const image = document.createElement("div");
    image.innerHTML =
      "<img src='data:,' onerror=\"document.documentElement.dataset.slippedIn = 'yes'\">";
    document.body.append(image);
    return new Promise<boolean>((resolve) => {
      setTimeout(() => resolve("slippedIn" in document.documentElement.dataset), 500);
    });
  });
  expect(hasRun).toBe(false);
});
