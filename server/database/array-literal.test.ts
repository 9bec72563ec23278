import { expect, test } from "vitest";
import { numberArrayLiteral, textArrayLiteral } from "./array-literal";

test("numbers and nulls", () => {
  const values = [1, null, -2.5, 1e-7];
  expect(numberArrayLiteral(values.length, (at) => values[at] ?? null)).toBe("{1,NULL,-2.5,1e-7}");
  expect(numberArrayLiteral(0, () => 1)).toBe("{}");
});

test("text is quoted, so that nothing in it means anything", () => {
  expect(textArrayLiteral(['a"b', "c\\d", "NULL", "{,}", "", null])).toBe(
    '{"a\\"b","c\\\\d","NULL","{,}","",NULL}',
  );
});
