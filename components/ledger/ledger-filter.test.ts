import { expect, test } from "vitest";
import { ledgerConditions, parseLedgerFilter } from "./ledger-filter";

const filterOf = (query: string) => parseLedgerFilter(new URLSearchParams(query));

test("a whole filter", () => {
  const filter = filterOf("service=api&model=nemotron&outcome=over&only=cut&request=req-1:a.b_c");
  expect(ledgerConditions(filter)).toEqual({
    service: "api",
    model: "nemotron",
    outcome: "over",
    only: "cut",
    requestId: "req-1:a.b_c",
  });
});

test.each([
  "",
  "outcome=fine&only=some",
  "request=with%20space",
  `request=${"x".repeat(129)}`,
  "service=%00&model=",
])("what it cannot mean counts as absent: %s", (query) => {
  expect(ledgerConditions(filterOf(query))).toEqual({});
});
