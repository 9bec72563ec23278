import * as z from "zod";
import { FlatPressure } from "./flat-schemas";
import type { DescribedParameter, RouteDescriptions } from "./route-description";

const TAG = "system";

const gpu: DescribedParameter = {
  name: "gpu",
  schema: z.string(),
  description: "An index, a UUID or host/index: the level of this GPU alone.",
  example: "0",
};
const max: DescribedParameter = {
  name: "max",
  schema: z.int().min(1).max(1_024).default(4),
  description: "How many inferences a service allows at once without pressure.",
  example: 8,
};

export const pressureRoutes: RouteDescriptions = {
  "GET /api/system/gpu/pressure": {
    operationId: "getSystemGpuPressure",
    tag: TAG,
    summary: "Memory pressure now, and how many inferences to allow at once; waits if asked to",
    description:
      "With wait and the version of the last answer it waits until something changes: a level, a forecast, a GPU that falls silent. At most 128 requests wait, then 429.",
    parameters: [
      gpu,
      max,
      {
        name: "wait",
        schema: z.int().min(0).max(30).default(0),
        description: "Seconds to wait for another version.",
        example: 30,
      },
      {
        name: "version",
        schema: z.int().min(0),
        description: "The version of the last answer; needed with wait.",
        example: 12,
      },
    ],
    answers: [{ status: 200, description: "The pressure", schema: FlatPressure }],
  },
  "GET /api/system/gpu/pressure/stream": {
    operationId: "streamSystemGpuPressure",
    tag: TAG,
    summary: "Memory pressure as server-sent events",
    description:
      "state with the same answer at the begin and after each change, change for what happened, a comment every 15 s. At most 64 streams are open, then 429.",
    parameters: [
      gpu,
      max,
      {
        name: "Last-Event-ID",
        in: "header",
        schema: z.string(),
        description: "The id of the last event that came: what was missed comes first.",
      },
    ],
    answers: [
      {
        status: 200,
        description: "Events, until the client leaves",
        contentType: "text/event-stream",
        schema: z.string(),
      },
    ],
  },
};
