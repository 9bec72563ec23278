import * as z from "zod";
import {
  FlatCleanUp,
  FlatGpuHistory,
  FlatGpuProcesses,
  FlatGpuState,
  FlatQuarantined,
} from "./flat-schemas";
import type { DescribedParameter, RouteDescriptions } from "./route-description";

const TAG = "system";

const gpu: DescribedParameter = {
  name: "gpu",
  schema: z.string(),
  description:
    "An index (of the portal's own host, if it has one), a UUID, or host/index. An index never means a MIG instance.",
  example: "0",
};

const range: DescribedParameter[] = [
  {
    name: "from",
    schema: z.string(),
    isRequired: true,
    description: "ISO 8601; a time without a zone is UTC, a date alone its midnight.",
    example: "2026-11-24T12:00:00Z",
  },
  {
    name: "to",
    schema: z.string(),
    isRequired: true,
    description: "ISO 8601, after from.",
    example: "2026-11-24T13:00:00Z",
  },
];

const metric: DescribedParameter = {
  name: "metric",
  schema: z.string(),
  isRepeated: true,
  description:
    "Keys such as power_usage; repeated or separated by commas. Left out: all there are.",
  example: "power_usage",
};

export const gpuRoutes: RouteDescriptions = {
  "GET /api/system/gpu": {
    operationId: "getSystemGpu",
    tag: TAG,
    summary: "The newest values of one GPU in flat keys, and of all in gpus",
    description:
      "Without gpu the keys are those of index 0 of the portal's own host, else of the first GPU. Null means not known; missing says why.",
    parameters: [gpu],
    answers: [{ status: 200, description: "The newest values", schema: FlatGpuState }],
  },
  "GET /api/system/gpu/history": {
    operationId: "getSystemGpuHistory",
    tag: TAG,
    summary: "Samples of one GPU in pages: the newest first page, oldest first within it",
    description:
      "next_cursor is null unless older samples exist (and since reaches to them). 503 when the database does not answer and memory holds nothing of what was asked for.",
    parameters: [
      gpu,
      {
        name: "since",
        schema: z.string(),
        description: "ISO 8601: nothing older than this.",
        example: "2026-11-24T12:00:00Z",
      },
      {
        name: "limit",
        schema: z.int().min(1).max(5_000).default(300),
        description: "Samples a page; outside of its bounds the nearest one.",
        example: 100,
      },
      {
        name: "cursor",
        schema: z.string().min(1).max(512),
        description: "next_cursor of the page before: answers the next older one of the same GPU.",
      },
    ],
    answers: [{ status: 200, description: "One page", schema: FlatGpuHistory }],
  },
  "GET /api/system/gpu/export": {
    operationId: "exportSystemGpu",
    tag: TAG,
    summary: "History as CSV or NDJSON, streamed",
    description:
      "Rows come GPU by GPU, oldest first. X-Total-Rows says how many will come. When something fails on the way, the connection is cut before the end of the body.",
    parameters: [
      ...range,
      {
        name: "format",
        schema: z.enum(["csv", "json"]).default("csv"),
        description: "json is one object a line.",
      },
      { ...gpu, isRepeated: true, description: `${gpu.description} Left out: all there are.` },
      metric,
      {
        name: "step",
        schema: z.string().default("raw"),
        description: "raw (31 days at most), or the seconds of an offered step (400 days at most).",
        example: "60",
      },
    ],
    answers: [
      { status: 200, description: "The rows", contentType: "text/csv", schema: z.string() },
    ],
  },
  "GET /api/system/gpu/points": {
    operationId: "getSystemGpuPoints",
    tag: TAG,
    summary: "Every raw sample of one GPU as binary columns",
    description: "31 days and three million values at most. docs/api.md tells the format.",
    parameters: [...range, gpu, metric],
    answers: [
      {
        status: 200,
        description: "The columns, little endian",
        contentType: "application/vnd.sightline.points",
      },
    ],
  },
  "GET /api/system/gpu/processes": {
    operationId: "getSystemGpuProcesses",
    tag: TAG,
    summary: "Who uses a GPU, most memory first",
    description: "Asked now; after 2 s the last known list, with its age and a note.",
    parameters: [gpu],
    answers: [{ status: 200, description: "Its processes", schema: FlatGpuProcesses }],
  },
  "GET /api/system/gpu/quarantined": {
    operationId: "getSystemGpuQuarantined",
    tag: TAG,
    summary: "Values that cannot be, as their source gave them",
    answers: [
      { status: 200, description: "The newest 200, and all counted", schema: FlatQuarantined },
    ],
  },
  "POST /api/system/cleanup": {
    operationId: "postSystemCleanup",
    tag: TAG,
    summary: "Drops what is past its retention now",
    parameters: [
      {
        name: "dry_run",
        schema: z.boolean().default(false),
        description: "true: drops nothing and says what would go.",
        example: true,
      },
    ],
    answers: [
      { status: 200, description: "What went, or would go, by table", schema: FlatCleanUp },
    ],
  },
};
