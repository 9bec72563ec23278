import { gunzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { ReadyAnswers } from "./ready-answers";

const made = (text: string, isKept = true) => vi.fn(async () => ({ text, isKept }));

describe("answers as bytes", () => {
  test("are made once an edition, also when several ask at once", async () => {
    const answers = new ReadyAnswers();
    const make = made("a");
    const ask = () => answers.get({ key: "k", edition: "1" }, make);
    const bodies = await Promise.all([ask(), ask(), ask()]);
    expect(await ask()).toBe(bodies[0]);
    expect(make).toHaveBeenCalledTimes(1);
    const next = await answers.get({ key: "k", edition: "2" }, made("b"));
    expect(next.plain(false).toString()).toBe("b");
    expect(answers.size).toBe(1);
    expect(answers.bytes).toBe(1);
  });

  test("have the form of a batch of one, and of gzip", async () => {
    const body = await new ReadyAnswers().get({ key: "k", edition: "1" }, made('{"a":1}'));
    expect(body.plain(true).toString()).toBe('[{"a":1}]');
    expect(gunzipSync(await body.compressed(true)).toString()).toBe('[{"a":1}]');
    expect(gunzipSync(await body.compressed(false)).toString()).toBe('{"a":1}');
  });

  test("that failed, or must not serve again, are made again", async () => {
    const answers = new ReadyAnswers();
    const wanted = { key: "k", edition: "1" };
    const fail = vi.fn(() => Promise.reject(new Error("away")));
    const failures = await Promise.allSettled([
      answers.get(wanted, fail),
      answers.get(wanted, fail),
    ]);
    expect(failures.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(fail).toHaveBeenCalledTimes(1);
    const stale = made("stale", false);
    await answers.get(wanted, stale);
    await answers.get(wanted, stale);
    expect(stale).toHaveBeenCalledTimes(2);
    expect([answers.size, answers.bytes]).toEqual([0, 0]);
  });

  test("are bounded in count: the one that nobody used for longest goes", async () => {
    const answers = new ReadyAnswers({ maxEntries: 2 });
    const [a, b, c] = [made("a"), made("b"), made("c")];
    const ask = (key: string, make: typeof a) => answers.get({ key, edition: "1" }, make);
    await ask("a", a);
    await ask("b", b);
    await ask("a", a);
    await ask("c", c);
    await ask("a", a);
    expect(answers.size).toBe(2);
    expect(a).toHaveBeenCalledTimes(1);
    await ask("b", b);
    expect(b).toHaveBeenCalledTimes(2);
  });

  test("are bounded in bytes, and one that is very large is not kept", async () => {
    const answers = new ReadyAnswers({ maxBytes: 100 });
    for (const key of ["a", "b", "c", "d", "e", "f"])
      await answers.get({ key, edition: "1" }, made("x".repeat(20)));
    expect([answers.size, answers.bytes]).toEqual([5, 100]);
    const large = made("x".repeat(26));
    await answers.get({ key: "large", edition: "1" }, large);
    await answers.get({ key: "large", edition: "1" }, large);
    expect(large).toHaveBeenCalledTimes(2);
    expect([answers.size, answers.bytes]).toEqual([5, 100]);
  });

  test("an older edition that is still being made neither comes back nor is counted", async () => {
    const answers = new ReadyAnswers();
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const old = answers.get({ key: "k", edition: "1" }, async () => {
      await slow;
      return { text: "old", isKept: true };
    });
    await answers.get({ key: "k", edition: "2" }, made("new"));
    finish();
    expect((await old).plain(false).toString()).toBe("old");
    const make = made("again");
    const body = await answers.get({ key: "k", edition: "2" }, make);
    expect(body.plain(false).toString()).toBe("new");
    expect(answers.bytes).toBe(3);
  });
});
