import { expect, test } from "vitest";
import {
  SIZE_BUCKETS,
  sizeBucketOf,
  sizeBucketRange,
  utilizationBucketOf,
} from "./utilization-buckets";

test.each([
  [0, 0],
  [0.0499, 0],
  [0.05, 1],
  [0.15, 3],
  [0.3, 6],
  [0.7999, 15],
  [0.8, 16],
  [1, 20],
  [1.0001, 20],
  [1.35, 27],
  [400, 27],
])("utilisation %d is in bucket %d", (utilization, bucket) => {
  expect(utilizationBucketOf(utilization)).toBe(bucket);
});

test("every size lies within the range of its bucket, and ranges follow each other", () => {
  for (let tokens = 0; tokens <= 200_000; tokens++) {
    const { smallest, largest } = sizeBucketRange(sizeBucketOf(tokens));
    if (tokens < smallest || tokens > largest) expect([smallest, tokens, largest]).toBe("in order");
  }
  for (let bucket = 1; bucket < SIZE_BUCKETS; bucket++)
    expect(sizeBucketRange(bucket).smallest).toBe(sizeBucketRange(bucket - 1).largest + 1);
});

test("powers of two begin a bucket, and what is larger than all is in the last", () => {
  for (let power = 0; power < 28; power++) {
    expect(sizeBucketRange(sizeBucketOf(2 ** power)).smallest).toBe(2 ** power);
  }
  expect(sizeBucketOf(1e12)).toBe(SIZE_BUCKETS - 1);
});
