import { expect, test } from "vitest";
import { modelProfile } from "@/fixtures/model-profile";
import { type FitDraft, fitDraftOf, fitOfDraft } from "./fit-draft";

const GIB = 1_024 ** 3;
const llama = fitDraftOf(modelProfile()); // 32 layers, 8 KV heads of 128, 15 GiB of weights
const ask = (given: Partial<FitDraft>, freeBytes: number | null = 24 * GIB) =>
  fitOfDraft({ ...llama, ...given }, freeBytes);

test("a profile fills the calculator, and the largest window is behind weights and reserve", () => {
  expect(ask({})).toMatchObject({ fit: { contextWindow: 54_016, bytesPerToken: 131_072 } });
  expect(ask({ isLoaded: true, reservePercent: "0" })).toMatchObject({
    fit: { contextWindow: 196_608, leftBytes: 0 },
  });
  expect(ask({ parallelSlots: "4" })).toMatchObject({
    fit: { slotWindow: 13_312, contextWindow: 53_248, parallelSlots: 4 },
  });
});

test("the reverse: what a window needs, and what is missing", () => {
  const answer = ask({ question: "memory", contextWindow: "131072", reservePercent: "" });
  expect(answer).toMatchObject({ fit: { kvBytes: 16 * GIB, leftBytes: -7 * GIB } });
});

test("where the weights are not known, it is about what is free beside them", () => {
  expect(fitDraftOf(modelProfile({ weightsGib: null })).isLoaded).toBe(true);
  expect(fitDraftOf(modelProfile()).isLoaded).toBe(false);
});

test.each<[Partial<FitDraft>, RegExp, (number | null)?]>([
  [{ layers: "" }, /config\.json/],
  [{ parallelSlots: "0" }, /Slots/],
  [{ reservePercent: "100" }, /Kept free/],
  [{ reservePercent: "x" }, /Kept free/],
  [{ weightsGib: "" }, /weights/],
  [{ question: "memory", contextWindow: "" }, /Window/],
  [{ headSize: "10", kvHeads: "1", cacheType: "q8_0" }, /blocks of 32/],
  [{}, /Choose a GPU/, null],
])("what is missing is said: %o", (given, text, freeBytes = 24 * GIB) => {
  expect(ask(given, freeBytes)).toEqual({ missing: expect.stringMatching(text) as string });
});
