import { expect, test } from "vitest";
import { untilAborted } from "./until-aborted";

const never = new Promise<never>(() => undefined);

test("settles as the work does", async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(Promise.resolve(7), signal)).resolves.toBe(7);
  await expect(untilAborted(Promise.reject(new Error("broken")), signal)).rejects.toThrow("broken");
});

test("rejects as soon as the signal is aborted, before or meanwhile", async () => {
  const stopping = new AbortController();
  const waiting = untilAborted(never, stopping.signal);
  stopping.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  await expect(untilAborted(never, stopping.signal)).rejects.toThrow("stopped");
});
