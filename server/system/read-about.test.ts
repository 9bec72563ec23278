import { expect, test } from "vitest";
import { SystemAbout } from "@/domain/system/system-about";
import { readAbout } from "./read-about";

test("pages learn the version, and nothing of where the server listens", () => {
  const about = readAbout({ version: "1.2.3" });
  expect(about).toEqual({ version: "1.2.3" });
  expect(SystemAbout.parse(about)).toEqual(about);
});
