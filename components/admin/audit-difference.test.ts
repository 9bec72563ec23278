import { describe, expect, test } from "vitest";
import { auditDifferences, auditSummary } from "./audit-difference";

const json = (value: unknown) => JSON.stringify(value);

describe("auditDifferences", () => {
  test("what stayed is left out; names and values are words", () => {
    const before = json({ role: "viewer", disabled: false, name: "Vera", providers: [] });
    const after = json({
      role: "operator",
      disabled: true,
      name: "Vera",
      providers: ["id.example"],
    });
    expect(auditDifferences({ before, after })).toEqual([
      { field: "role", before: "viewer", after: "operator" },
      { field: "disabled", before: "no", after: "yes" },
      { field: "providers", before: "none", after: "id.example" },
    ]);
  });

  test("a thing that was made has no before, one that is gone no after", () => {
    expect(auditDifferences({ before: null, after: json({ kind: "read" }) })).toEqual([
      { field: "kind", before: null, after: "read" },
    ]);
    expect(auditDifferences({ before: json({ kind: "read" }), after: null })).toEqual([
      { field: "kind", before: "read", after: null },
    ]);
  });

  test("a value that came or went is not one that was empty", () => {
    expect(auditDifferences({ before: json({ a: 1 }), after: json({ b: null }) })).toEqual([
      { field: "a", before: "1", after: null },
      { field: "b", before: null, after: "–" },
    ]);
  });

  test("times are days with their year, and one beyond the calendar stays a number", () => {
    const after = json({ expiresAtMs: Date.UTC(2026, 10, 20, 12), madeAtMs: 1e300 });
    const [expires, made] = auditDifferences({ before: null, after });
    expect(expires?.field).toBe("expires at");
    expect(expires?.after).toMatch(/^20 Nov 2026 \d\d:\d\d$/);
    expect(made?.after).toBe("1e+300");
  });

  test.each(["not json", "[1,2]", "7"])("%s is shown as it is", (text) => {
    const [one] = auditDifferences({ before: null, after: text });
    expect(one?.field).toBe("value");
    expect(one?.after?.replaceAll(/[[\] ]/g, "")).toBe(text.replaceAll(/[[\] ]/g, ""));
  });

  test("names of an object's own prototype are data", () => {
    const after = '{"__proto__":"x","constructor":"y"}';
    expect(auditDifferences({ before: null, after }).map(({ after: value }) => value)).toEqual([
      "x",
      "y",
    ]);
  });
});

describe("auditSummary", () => {
  test("one line, without what the target says", () => {
    const after = json({ email: "vera@example.org", role: "viewer" });
    expect(auditSummary({ target: "vera@example.org", before: null, after })).toBe("role viewer");
    const before = json({ role: "viewer" });
    expect(auditSummary({ target: "x", before, after: json({ role: "admin" }) })).toBe(
      "role viewer → admin",
    );
  });
  test("of a thing that was made not what it has not; of a change that too", () => {
    const after = json({
      name: "",
      disabled: false,
      activeSessions: 0,
      role: "viewer",
      hint: "sl_…",
    });
    expect(auditSummary({ target: "x", before: null, after })).toBe("role viewer");
    const before = json({ disabled: true });
    expect(auditSummary({ target: "x", before, after: json({ disabled: false }) })).toBe(
      "disabled yes → no",
    );
  });
  test("the first few of many", () => {
    const after = json({ a: 1, b: 2, c: 3, d: 4 });
    expect(auditSummary({ target: "", before: null, after })).toBe("a 1, b 2, c 3 …");
  });
});
