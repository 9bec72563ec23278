import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BytePairEncoder } from "@/domain/tokens/byte-pair-encoder";
import { encodings } from "@/domain/tokens/encodings";
import { RANKS_PATH, ranksAddress, ranksDigests } from "@/domain/tokens/ranks-addresses";
import { seededRandom } from "@/fixtures/seeded-random";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { tokenCorpora } from "@/fixtures/token-texts";
import { loadEncoding, ranksRoutes } from ".";

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp({ routes: ranksRoutes() });
});
afterAll(() => http.stop());

describe.each(encodings)("%s", (encoding) => {
  test("the file for browsers makes an encoder of the same ids as the server's", async () => {
    const answer = await fetch(http.origin + ranksAddress(encoding));
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    const ranks = new Uint8Array(await answer.arrayBuffer());
    const browser = new BytePairEncoder(encoding, ranks);
    for (const text of Object.values(tokenCorpora(seededRandom(6))))
      expect(browser.encode(text)).toEqual(loadEncoding(encoding).encode(text));
    const digest = createHash("sha256").update(ranks).digest("hex");
    expect(digest.slice(0, 16)).toBe(ranksDigests[encoding]);
  });

  test("is read once", () => {
    expect(loadEncoding(encoding)).toBe(loadEncoding(encoding));
  });
});

test("with another digest the answer is the same and is not kept", async () => {
  const answer = await fetch(`${http.origin}${RANKS_PATH}?encoding=r50k_base&digest=0`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("no-cache");
});

test.each(["", "?encoding=gpt2", "?encoding=../cl100k_base"])(
  "%j is refused with the names that there are",
  async (query) => {
    const answer = await fetch(`${http.origin}${RANKS_PATH}${query}`);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("cl100k_base, o200k_base, p50k_base, r50k_base");
  },
);
