// Tells the portal that a service has finished an inference. SIGHTLINE_API_KEY: a key of the kind ingest.
import { createSightlineClient } from "sightline/client";

const client = createSightlineClient({
  url: process.env.SIGHTLINE_URL ?? "http://127.0.0.1:3000",
  apiKey: process.env.SIGHTLINE_API_KEY,
});

const { accepted, refused } = await client.inference.report.mutate({
  inferences: [
    {
      service: "caption",
      model: "qwen2.5-vl-7b",
      count: 1,
      gpuSeconds: 0.8,
      latencyMs: 950,
      at: Date.now(),
    },
  ],
});
console.log(JSON.stringify({ accepted, refused }));
