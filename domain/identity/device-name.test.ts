import { expect, test } from "vitest";
import { deviceName } from "./device-name";

const mozilla = (system: string, rest: string) => `Mozilla/5.0 (${system}) ${rest}`;
const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

test.each([
  ["Firefox on Linux", mozilla("X11; Linux x86_64; rv:145.0", "Gecko/20100101 Firefox/145.0")],
  ["Chrome on Windows", mozilla("Windows NT 10.0; Win64; x64", chrome)],
  ["Edge on Windows", mozilla("Windows NT 10.0; Win64; x64", `${chrome} Edg/142.0.0.0`)],
  ["Chrome on Android", mozilla("Linux; Android 10; K", chrome)],
  [
    "Safari on macOS",
    mozilla(
      "Macintosh; Intel Mac OS X 10_15_7",
      "AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
    ),
  ],
  [
    "Safari on iPhone",
    mozilla(
      "iPhone; CPU iPhone OS 18_6 like Mac OS X",
      "AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1",
    ),
  ],
  ["curl", "curl/8.5.0"],
  ["Node", "node"],
  ["Linux", "something else on Linux"],
  ["", ""],
  ["", "something else"],
])("%s", (name, userAgent) => {
  expect(deviceName(userAgent)).toBe(name);
});
