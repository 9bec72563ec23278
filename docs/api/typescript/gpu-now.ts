// What every GPU does now. Node 24 runs it as it is: node docs/api/typescript/gpu-now.ts
import { createSightlineClient } from "sightline/client";

const client = createSightlineClient({
  url: process.env.SIGHTLINE_URL ?? "http://127.0.0.1:3000",
  apiKey: process.env.SIGHTLINE_API_KEY,
});

const { gpus } = await client.gpu.latest.query();
for (const { sample } of gpus) {
  // Null means not known, never 0.
  const { utilizationPercent, memoryUsedMib } = sample.values;
  console.log(
    `${sample.host}/${sample.gpuIndex}`,
    sample.gpuName,
    utilizationPercent,
    memoryUsedMib,
  );
}
