import { describe, expect, test } from "vitest";
import type { ModelProfile } from "@/domain/tokens/model-profile";
import { modelProfile } from "@/fixtures/model-profile";
import { createModelBook } from "./model-book";

const standard = modelProfile({ name: "Standard", modelNames: [], isDefault: true });
const other = modelProfile({
  id: "00000000-0000-4000-8000-000000000002",
  name: "Other",
  modelNames: ["vision"],
  parallelSlots: 2,
  overrides: [
    {
      service: "api",
      contextWindow: null,
      maxOutputTokens: 0,
      warningThreshold: 0.5,
      truncationEnabled: false,
    },
  ],
});

/** A database that answers when it is told to, and a clock that moves when it is told to. */
function setUp() {
  const state = {
    profiles: [standard, other] as ModelProfile[],
    isDown: false,
    reads: 0,
    nowMs: 0,
  };
  const held: (() => void)[] = [];
  let isHolding = false;
  const book = createModelBook({
    async list() {
      state.reads += 1;
      const { profiles, isDown } = state;
      if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
      if (isDown) throw new Error("down");
      return profiles;
    },
    nowMs: () => state.nowMs,
  });
  return {
    book,
    state,
    hold: () => void (isHolding = true),
    release: () => {
      isHolding = false;
      for (const resolve of held.splice(0)) resolve();
    },
    windowOf: async (model?: string) => (await book.effective({ model })).profile.contextWindow,
  };
}

describe("which profile counts", () => {
  test("by its name or another of its names, whatever the case; else the default", async () => {
    const { book } = setUp();
    const found = async (model?: string) => {
      const { profile, isKnown } = await book.effective({ model });
      return [profile.name, isKnown];
    };
    expect(await found("OTHER")).toEqual(["Other", true]);
    expect(await found("Vision")).toEqual(["Other", true]);
    expect(await found("unheard of")).toEqual(["Standard", false]);
    expect(await found()).toEqual(["Standard", true]);
  });

  test("an override changes what it names, 0 among it, and leaves the rest", async () => {
    const { book } = setUp();
    const { profile } = await book.effective({ model: "other", service: "api" });
    expect(profile).toMatchObject({
      slotWindow: 4_096,
      maxOutputTokens: 0,
      availableTokens: 4_096,
      warningTokens: 2_048,
      truncationEnabled: false,
    });
    const { profile: plain } = await book.effective({ model: "other", service: "API" });
    expect(plain).toMatchObject({ availableTokens: 3_072, warningTokens: 2_457 });
  });
});

describe("the memory", () => {
  const renamed = () => [modelProfile({ ...standard, contextWindow: 99_999 })];

  test("is used for a second, then while it is read again, and never when it is old", async () => {
    const { state, windowOf } = setUp();
    await windowOf();
    state.profiles = renamed();
    state.nowMs = 999;
    expect(await windowOf()).toBe(8_192);
    expect(state.reads).toBe(1);
    state.nowMs = 1_001;
    expect(await windowOf()).toBe(8_192);
    expect(state.reads).toBe(2);
    await new Promise(setImmediate); // the read in the background ends
    expect(await windowOf()).toBe(99_999);
    state.profiles = [standard];
    state.nowMs = 60_000;
    expect(await windowOf()).toBe(8_192);
    state.profiles = renamed();
    state.nowMs = 120_000;
    expect(await windowOf()).toBe(99_999);
  });

  test("a change here counts from the next question on, also while an older read is on its way", async () => {
    const { book, state, hold, release, windowOf } = setUp();
    await windowOf();
    state.profiles = renamed();
    book.invalidate();
    expect(await windowOf()).toBe(99_999);
    // A read that began before the change ends after it.
    hold();
    state.nowMs = 2_000;
    await windowOf();
    state.profiles = [modelProfile({ ...standard, contextWindow: 5_555 })];
    book.invalidate();
    const asked = windowOf();
    release();
    expect(await asked).toBe(5_555);
    expect(await windowOf()).toBe(5_555);
  });

  test("the last known profiles count while the database is away; without any it says so", async () => {
    const { book, state, windowOf } = setUp();
    state.isDown = true;
    await expect(windowOf()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    state.isDown = false;
    expect(await windowOf()).toBe(8_192);
    state.isDown = true;
    state.nowMs = 3_600_000;
    expect(await windowOf()).toBe(8_192);
    book.invalidate();
    expect(await windowOf()).toBe(8_192);
  });

  test("many who ask at once read once", async () => {
    const { state, windowOf } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => windowOf()));
    expect(state.reads).toBe(1);
  });
});
