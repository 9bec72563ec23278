import { expect, test } from "vitest";
import { rowColours, rowKey } from "./row-colours";

const row = (model: string, service = "api") => ({ model, service });

test("a model keeps its colour whatever stands beside it in the list", () => {
  const alone = rowColours([row("nemotron")]);
  const among = rowColours([row("florence"), row("nemotron"), row("qwen-vl", "batch")]);
  expect(alone.get(rowKey(row("nemotron")))).toBe("--series-6");
  expect(among.get(rowKey(row("nemotron")))).toBe("--series-6");
  expect(rowColours([row("some-model")])).toEqual(rowColours([row("some-model")]));
});

test("no two rows have the same colour, up to eight; further ones are grey", () => {
  const rows = Array.from({ length: 10 }, (_, place) => row("nemotron", `service-${place}`));
  const colours = [...rowColours(rows).values()];
  expect(new Set(colours.slice(0, 8)).size).toBe(8);
  expect(colours.slice(8)).toEqual(["--series-0", "--series-0"]);
});
