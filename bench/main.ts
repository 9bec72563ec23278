// npm run bench -- NAME...   measures ours against a peer in the same run; nothing else may run meanwhile.
import path from "node:path";
import { chart } from "./chart";
import { firstLoad } from "./first-load";
import { routes } from "./routes";
import { fanOut } from "./fan-out";
import { history } from "./history";
import { hotHistory } from "./hot-history";
import { ingest } from "./ingest";
import { pollCost } from "./poll-cost";
import { rawPoints } from "./raw-points";
import { tokenCount } from "./token-count";
import { tokenWorstCase } from "./token-worst-case";
import { writeResult } from "./write-result";

const benchmarks = [
  ingest,
  firstLoad,
  fanOut,
  routes,
  chart,
  pollCost,
  history,
  rawPoints,
  hotHistory,
  tokenCount,
  tokenWorstCase,
];

const wanted = process.argv.slice(2);
const chosen = benchmarks.filter(({ name }) => wanted.includes(name));
if (chosen.length === 0 || chosen.length < wanted.length) {
  console.error("usage: npm run bench -- NAME...\n");
  for (const { name, title } of benchmarks) console.error(`  ${name.padEnd(8)}${title}`);
  process.exit(2);
}

for (const benchmark of chosen) {
  const file = await writeResult(benchmark, await benchmark.run());
  console.log(`written to ${path.relative(process.cwd(), file)}`);
}
process.exit(0);
