import { expect, test } from "vitest";
import { auditAddress } from "@/components/admin/audit-filter";
import { parseAdminSearch, tabChange } from "./search-params";

const parse = (search: string) => parseAdminSearch(new URLSearchParams(search));

test("an empty address is the users, in their usual order", () => {
  expect(parse("")).toEqual({
    tab: "users",
    list: { filter: "", sort: null },
    audit: { who: null, what: null, isInRange: false, before: null, row: null },
    isOnlySet: false,
  });
});

test("what cannot be meant counts as absent", () => {
  const { tab, audit } = parse(
    `tab=root&before=-1&row=1e3&when=never&who=${"x".repeat(300)}&what=%00`,
  );
  expect(tab).toBe("users");
  expect(audit).toEqual({ who: null, what: null, isInRange: false, before: null, row: null });
  expect(parse(`q=${"x".repeat(300)}`).list.filter).toHaveLength(100);
});

test("what a filter writes is what is read", () => {
  const filter = { who: "ada@example.org", what: "key", isInRange: true, before: 90, row: 12 };
  const search = new URLSearchParams(
    Object.entries(auditAddress(filter)).filter(
      (pair): pair is [string, string] => pair[1] !== null,
    ),
  );
  expect(parse(search.toString()).audit).toEqual(filter);
});

test("another filter begins at the newest row, another page closes the details", () => {
  expect(auditAddress({ who: "ada" })).toEqual({ who: "ada", before: null, row: null });
  expect(auditAddress({ before: 90 })).toEqual({ before: "90", row: null });
  expect(auditAddress({ row: 12 })).toEqual({ row: "12" });
});

test("a tab leaves the filters of others behind", () => {
  expect(tabChange("users")).toMatchObject({ tab: null, q: null, who: null });
  expect(tabChange("audit")).toMatchObject({ tab: "audit" });
});
