import { expect, test } from "vitest";
import { parseUsageFilter, usageConditions } from "./usage-filter";

const filterOf = (query: string) => parseUsageFilter(new URLSearchParams(query));

test.each([
  ["", { service: null, model: null }],
  ["service=api&model=nemotron", { service: "api", model: "nemotron" }],
  ["service=%20%20", { service: null, model: null }],
  [`service=${"x".repeat(129)}`, { service: null, model: null }],
  ["model=a%00b", { service: null, model: null }],
])("%s", (query, filter) => {
  expect(filterOf(query)).toEqual(filter);
});

test("what is not filtered is not asked for", () => {
  expect(usageConditions(filterOf("model=m"))).toEqual({ model: "m" });
});
