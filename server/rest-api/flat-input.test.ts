import { describe, expect, test } from "vitest";
import * as z from "zod";
import { flatFieldsOf, readFlatInput } from "./flat-input";

function read(shape: Record<string, z.ZodType>, query: string) {
  const fields = flatFieldsOf(z.object(shape));
  if (!fields) throw new Error("not flat");
  return readFlatInput(fields, new URLSearchParams(query));
}

describe("which inputs fit into an address", () => {
  test.each<[string, z.ZodType | null, boolean]>([
    ["none", null, true],
    ["scalars", z.object({ a: z.string(), b: z.int().optional(), c: z.boolean() }), true],
    ["lists of scalars", z.object({ a: z.array(z.string()).min(1), b: z.array(z.int()) }), true],
    ["words and their null", z.object({ a: z.enum(["x", "y"]).nullable() }), true],
    ["numbers and their null", z.object({ a: z.int().nullable(), b: z.number().nullable() }), true],
    ["a choice of numbers", z.object({ a: z.union([z.literal(1), z.literal(2)]) }), true],
    ["refined", z.object({ a: z.int() }).refine(({ a }) => a > 1), true],
    ["text that is changed on the way", z.object({ a: z.string().trim().toLowerCase() }), true],
    ["free text or null: null may be a word", z.object({ a: z.string().nullable() }), false],
    ["text or number: 1 may be either", z.object({ a: z.union([z.string(), z.int()]) }), false],
    ["an object within", z.object({ a: z.object({ b: z.string() }) }), false],
    ["a list of lists", z.object({ a: z.array(z.array(z.string())) }), false],
    ["a list of objects", z.object({ a: z.array(z.object({ b: z.int() })) }), false],
    ["a record", z.record(z.string(), z.string()), false],
    ["a record within", z.object({ a: z.record(z.string(), z.string()) }), false],
    ["anything", z.object({ a: z.unknown() }), false],
    ["no object at all", z.string(), false],
  ])("%s", (_name, schema, isFlat) => {
    expect(flatFieldsOf(schema) !== null).toBe(isFlat);
  });
});

describe("what an address says", () => {
  const number = { n: z.number() };
  test.each<[string, Record<string, z.ZodType>, string, Record<string, unknown>]>([
    ["a number", number, "n=12", { n: 12 }],
    ["a negative fraction", number, "n=-0.5", { n: -0.5 }],
    ["an exponent", number, "n=1e3", { n: 1000 }],
    ["a plus is a space, and no number", number, "n=+1", { n: " 1" }],
    ["hexadecimal is text", number, "n=0x10", { n: "0x10" }],
    ["a leading zero is text", number, "n=007", { n: "007" }],
    ["nothing is text", number, "n=", { n: "" }],
    ["Infinity is text", number, "n=Infinity", { n: "Infinity" }],
    ["true and false", { a: z.boolean(), b: z.boolean() }, "a=true&b=false", { a: true, b: false }],
    ["1 is no boolean", { a: z.boolean() }, "a=1", { a: "1" }],
    ["digits of a text stay text", { a: z.string() }, "a=12", { a: "12" }],
    ["null as a word of a text", { a: z.string() }, "a=null", { a: "null" }],
    ["null of a number", { a: z.int().nullable() }, "a=null", { a: null }],
    ["null where none is taken", number, "n=null", { n: "null" }],
    ["a list is repeated", { a: z.array(z.string()) }, "a=x&a=y", { a: ["x", "y"] }],
    ["a list of one", { a: z.array(z.int()) }, "a=1", { a: [1] }],
    ["a comma is a part of a text", { a: z.array(z.string()) }, "a=x,y", { a: ["x,y"] }],
    ["escapes", { a: z.string() }, "a=%C3%A4%26b", { a: "ä&b" }],
    ["what is left out", { a: z.string().optional() }, "", {}],
  ])("%s", (...[, shape, query, input]) => {
    expect(read(shape, query)).toEqual({ ok: true, input });
  });

  test("an unknown parameter is refused by name, and those there are, told", () => {
    expect(read({ a: z.string(), b: z.string() }, "a=1&c=2")).toEqual({
      ok: false,
      fields: [{ field: "c", message: "there is none; there are a, b" }],
    });
    expect(read({}, "c=2")).toMatchObject({
      fields: [{ field: "c", message: "this address takes no parameters" }],
    });
  });

  test("a scalar that comes twice is refused: which one counts would be a guess", () => {
    expect(read({ a: z.string() }, "a=1&a=2")).toEqual({
      ok: false,
      fields: [{ field: "a", message: "give it once" }],
    });
  });

  test("names of the prototype are unknown parameters, and never its members", () => {
    const answer = read({ a: z.string() }, "__proto__=1&constructor=2&a=3");
    expect(answer).toMatchObject({
      fields: [{ field: "__proto__" }, { field: "constructor" }],
    });
    expect(({} as Record<string, unknown>)["1"]).toBeUndefined();
  });

  test("many problems are told to a bound", () => {
    const query = Array.from({ length: 500 }, (_, place) => `x${place}=1`).join("&");
    const answer = read({}, query);
    expect(answer.ok ? [] : answer.fields).toHaveLength(20);
  });
});
