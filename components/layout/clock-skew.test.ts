import { expect, test } from "vitest";
import { createClockSkew } from "./clock-skew";

test("late messages do not move the estimate: the least late one counts", () => {
  const skew = createClockSkew();
  expect(skew.valueMs()).toBe(0);
  for (const lateMs of [40, 5, 900]) skew.add(2_000 - lateMs);
  expect(skew.valueMs()).toBe(1_995);
});

test("a clock that is set anew is believed after a minute of messages", () => {
  const skew = createClockSkew();
  skew.add(2_000);
  for (let message = 0; message < 60; message += 1) skew.add(-500);
  expect(skew.valueMs()).toBe(-500);
});
