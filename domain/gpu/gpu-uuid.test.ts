import { expect, test } from "vitest";
import { RoomName } from "../realtime/realtime-events";
import { GpuHistoryQuery } from "./gpu-history";
import { GpuChoice } from "./gpu-history-request";
import { GpuSample } from "./gpu-sample";
import { GpuUuid } from "./gpu-uuid";

const allowed = [
  "GPU-4aa2a4de-6bd8-4a1c-8f20-1f2b1f2b1f2b",
  "health-0123",
  "a",
  "🟢",
  "x".repeat(96),
];
const refused = [
  "",
  "\u0000",
  "GPU-1\u0000",
  "GPU-1\n",
  "a\u007fb",
  "a\u0085b",
  "x\ud800y",
  "x".repeat(97),
];

const query = { metrics: ["powerWatts"], fromMs: 0, toMs: 1_000, stepMs: null };
const schemas = [
  ["GpuUuid", (uuid: string) => GpuUuid.safeParse(uuid).success],
  ["a sample", (uuid: string) => GpuSample.shape.gpuUuid.safeParse(uuid).success],
  [
    "a history",
    (uuid: string) => GpuHistoryQuery.safeParse({ ...query, gpuUuids: [uuid] }).success,
  ],
  ["a choice", (uuid: string) => GpuChoice.safeParse(uuid).success],
  ["a room", (uuid: string) => RoomName.safeParse(`gpu:${uuid}`).success],
] as const;

test.each(schemas)("%s takes a UUID without control characters, and no other", (_name, takes) => {
  expect(allowed.filter((uuid) => !takes(uuid))).toEqual([]);
  expect(refused.filter(takes)).toEqual([]);
});

test("rooms: gpus, or gpu: and a UUID", () => {
  for (const other of ["", "gpu", "gpus:", "GPU:a", 7, null])
    expect(RoomName.safeParse(other).success).toBe(false);
  expect(RoomName.parse("gpus")).toBe("gpus");
});
