import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");

/**
 * Builds a Next app of these files (path → text) with the project's own Next, and returns its folder. It lies inside the
 * project, so that it finds the same packages.
 */
export function buildPeerApp(name: string, files: Readonly<Record<string, string>>): string {
  const folder = path.join(root, "artifacts", name);
  rmSync(folder, { recursive: true, force: true });
  const config = `export default { turbopack: { root: ${JSON.stringify(root)} }, poweredByHeader: false };\n`;
  const all = {
    "package.json": JSON.stringify({ name, private: true, type: "module" }),
    "next.config.mjs": config,
    "app/layout.js":
      "export default function Layout({ children }) {\n  return <html lang='en'><body>{children}</body></html>;\n}\n",
    "app/page.js": "export default function Page() {\n  return <main>empty</main>;\n}\n",
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  execFileSync(path.join(root, "node_modules/.bin/next"), ["build", folder], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return folder;
}
