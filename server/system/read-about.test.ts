import { expect, test } from "vitest";
import { readAbout } from "./read-about";

test("a server that listens beyond this machine says that it is not protected", () => {
  expect(readAbout({ version: "1.2.3", isLoopbackOnly: false })).toEqual({
    version: "1.2.3",
    unprotected: true,
  });
});

test("a server on loopback does not warn", () => {
  expect(readAbout({ version: "1.2.3", isLoopbackOnly: true }).unprotected).toBe(false);
});
