import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Benchmark } from "./benchmark";
import { buildPeerApp } from "./build-peer-app";

const root = path.resolve(import.meta.dirname, "..");
const SIGNOZ_AIM_KB = 885;

interface Script {
  source: string;
  /** `nomodule`: only browsers of before 2018 load it. */
  isForOldBrowsers: boolean;
}

/** The script tags of a built page. */
function scriptsOf(folder: string): Script[] {
  const html = readFileSync(path.join(folder, ".next/server/app/index.html"), "utf8");
  const tags = [...html.matchAll(/<script\b[^>]*>/g)].map((match) => match[0]);
  const scripts = tags.flatMap((tag) => {
    const source = /\ssrc="([^"?]+)/.exec(tag)?.[1];
    return source ? [{ source, isForOldBrowsers: /\snomodule/i.test(tag) }] : [];
  });
  return [...new Map(scripts.map((script) => [script.source, script])).values()];
}

/** kB after gzip -9, of all scripts together. */
function kilobytesOf(folder: string, scripts: readonly Script[]): number {
  const sizes = scripts.map(({ source }) => {
    const file = path.join(folder, source.replace(/^\/_next\//, ".next/"));
    return gzipSync(readFileSync(file), { level: 9 }).length;
  });
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

function measure(folder: string) {
  const all = scriptsOf(folder);
  if (all.length === 0) throw new Error("A built page names no scripts.");
  const loadedToday = all.filter((script) => !script.isForOldBrowsers);
  return {
    count: all.length,
    all: kilobytesOf(folder, all),
    loadedToday: kilobytesOf(folder, loadedToday),
  };
}

async function run() {
  const peer = measure(buildPeerApp("bench-empty-app", {}));
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
  const ours = measure(root);
  const unit = "kB gzip -9";
  return {
    peer: "an empty Next app, built in the same run",
    rounds: 1,
    rows: [
      {
        what: "all script tags of the overview",
        unit,
        peer: peer.all,
        ours: ours.all,
        goal: "<= 1.35" as const,
      },
      {
        what: "of them, what a browser of today loads",
        unit,
        peer: peer.loadedToday,
        ours: ours.loadedToday,
        goal: null,
      },
      {
        what: "all script tags against SigNoz' published aim",
        unit,
        peer: SIGNOZ_AIM_KB,
        ours: ours.all,
        goal: "<= 0.3" as const,
      },
    ],
    checks: [
      `Each script of the page exists: ${peer.count} of the empty app, ${ours.count} of ours.`,
      "That the page shows its first values is the story of e2e/main-job.spec.ts.",
    ],
    notes: [
      "The goal counts every script tag; both sides carry Next's polyfills, which only old browsers load.",
      "Scripts that a page loads later (the socket client, dialogs) are not in its tags and not counted.",
      "Bytes do not vary between builds, so one round is enough.",
    ],
  };
}

export const firstLoad: Benchmark = {
  name: "P13",
  title: "First load: JavaScript of the overview against an empty Next app",
  run,
};
