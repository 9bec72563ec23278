import { expect, test } from "vitest";
import { parseOptions } from "@node-rs/argon2";
import { createPasswordHasher, PASSWORD_COST } from "./password-hasher";

test("argon2id with OWASP's cost; what is stored names it, and no two are the same", async () => {
  const hasher = createPasswordHasher();
  const [one, two] = [await hasher.hash("correct horse"), await hasher.hash("correct horse")];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(parseOptions(one)).toMatchObject({ ...PASSWORD_COST, saltLen: 16 });
  expect(one).not.toBe(two);
  expect(await hasher.verify(one, "correct horse")).toBe(true);
  expect(await hasher.verify(one, "correct horsf")).toBe(false);
  expect(await hasher.verify(null, "correct horse")).toBe(false);
});

test("one password in two forms of Unicode is the same", async () => {
  const hasher = createPasswordHasher();
  const stored = await hasher.hash("pässwörter sind läng".normalize("NFD"));
  expect(await hasher.verify(stored, "pässwörter sind läng".normalize("NFC"))).toBe(true);
});

/** A function that ends when it is told to. */
function heldFunctions() {
  const ends: (() => void)[] = [];
  const state = { running: 0, most: 0, ends };
  const hold = async () => {
    state.most = Math.max(state.most, ++state.running);
    await new Promise<void>((resolve) => ends.push(resolve));
    state.running--;
  };
  const functions = {
    hash: async (password: string) => {
      await hold();
      return password;
    },
    verify: async () => {
      await hold();
      return true;
    },
  };
  return { state, functions };
}

test("two run, sixteen wait, and more are refused; whoever waited has a turn", async () => {
  const { state, functions } = heldFunctions();
  const hasher = createPasswordHasher(functions);
  const hashes = Array.from({ length: 18 }, (_, index) => hasher.hash(`${index}`));
  await expect(hasher.hash("one more")).rejects.toMatchObject({
    code: "TOO_MANY",
    retryAfterSeconds: 3,
  });
  await expect(hasher.verify(null, "one more")).rejects.toMatchObject({ code: "TOO_MANY" });
  for (let turn = 0; turn < 9; turn++) {
    await expect.poll(() => state.ends.length).toBe(2);
    for (const end of state.ends.splice(0)) end();
  }
  expect(await Promise.all(hashes)).toEqual(Array.from({ length: 18 }, (_, index) => `${index}`));
  expect(state.most).toBe(2);
});

test("a failure gives its turn back, and a decoy that could not be made is made the next time", async () => {
  let fails = true;
  const hasher = createPasswordHasher({
    hash: (password) =>
      fails ? Promise.reject(new Error("no memory")) : Promise.resolve(password),
    verify: () => Promise.resolve(true),
  });
  for (let count = 0; count < 5; count++)
    await expect(hasher.verify(null, "x")).rejects.toThrow("no memory");
  fails = false;
  expect(await hasher.verify(null, "x")).toBe(false);
});
