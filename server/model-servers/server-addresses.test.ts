import { expect, test } from "vitest";
import { json, llamaAnswers, startFakeModelServer } from "@/fixtures/fake-model-server";
import { guardedLookup } from "@/server/upstream/address-guard";
import { countByServer, observeServer } from "./ask-server";
import { checkServerAddress } from "./check-server-address";
import type { AskableServer } from "./model-server-store";

// Z7: addresses that an attacker would like the portal to ask.

const refusedV4 = [
  "169.254.169.254",
  "169.254.170.2",
  "169.254.0.1",
  "169.254.255.255",
  "100.100.100.200",
  "168.63.129.16",
  "192.0.0.192",
  "0.0.0.0",
  "0.1.2.3",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
];

function notationsOf(address: string): string[] {
  const bytes = address.split(".").map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number) => `0x${value.toString(16)}`;
  const octal = (value: number) => `0${value.toString(8)}`;
  const fullwidth = address.replaceAll(/\d/g, (digit) =>
    String.fromCodePoint(0xff10 + Number(digit)),
  );
  const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  return [
    address,
    `${address}.`,
    String(number),
    hex(number),
    octal(number),
    bytes.map(hex).join("."),
    bytes.map(octal).join("."),
    bytes.map((byte) => `000${octal(byte)}`).join("."),
    [hex(a), octal(b), c, d].join("."),
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${hex(a)}.${hex(b * 65_536 + c * 256 + d)}`,
    fullwidth,
    address.replaceAll(".", "。"),
    address.replaceAll(".", "%2e"),
    address.replaceAll("1", "%31"),
    `[::ffff:${address}]`,
    `[::ffff:${groups}]`,
    `[0:0:0:0:0:ffff:${groups}]`,
    `[::${address}]`,
    `[::${groups}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b::${groups}]`,
    `[2002:${groups}::1]`,
  ];
}

const refusedHosts = [
  ...refusedV4.flatMap(notationsOf),
  "[fe80::1]",
  "[fe80::a9fe:a9fe]",
  "[febf:ffff::1]",
  "[FE80::1]",
  "[fd00:ec2::254]",
  "[FD00:0EC2:0:0:0:0:0:254]",
  "[ff02::1]",
  "[ff0e::1]",
  "[::]",
  "[0:0:0:0:0:0:0:0]",
  "metadata",
  "metadata.google.internal",
  "METADATA.Google.Internal.",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
];

const refusedUrls = [
  ...refusedHosts.map((host) => `http://${host}/latest/meta-data`),
  ...refusedHosts.slice(0, 24).flatMap((host) => [`https://${host}/`, `http://${host}:8000/v1`]),
  "file:///etc/passwd",
  "file://127.0.0.1/etc/passwd",
  "gopher://127.0.0.1:6379/_INFO",
  "ftp://127.0.0.1/",
  "unix:/run/docker.sock",
  "http+unix://%2Frun%2Fdocker.sock/info",
  "unix:///run/docker.sock:/info",
  "data:application/json,{}",
  "javascript:alert(1)",
  "ws://127.0.0.1/",
  "dict://127.0.0.1:11211/stats",
  "ldap://127.0.0.1/",
  "jar:http://127.0.0.1!/",
  "//127.0.0.1/",
  "127.0.0.1:8000",
  "http://",
  "http:///",
  "",
  "http://user:secret@127.0.0.1/",
  "http://169.254.169.254@127.0.0.1/",
  "http://127.0.0.1@169.254.169.254/",
  "http://127.0.0.1:80@169.254.169.254/",
  "http://169.254.169.254#@127.0.0.1/",
  "http://169.254.169.254\\@127.0.0.1/",
  "http://127.0.0.1/?url=http://169.254.169.254",
  "http://127.0.0.1/#x",
];

test("addresses that are refused when they are saved: at least 300 of them", () => {
  expect(refusedUrls.length).toBeGreaterThanOrEqual(300);
  const taken = refusedUrls.filter((url) => {
    try {
      checkServerAddress(url);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ name: "AppError", code: "INVALID" });
      return false;
    }
  });
  expect(taken).toEqual([]);
});

test("loopback and private addresses are the usual case, and the path is kept", () => {
  const given = {
    "http://127.0.0.1:8080": "http://127.0.0.1:8080",
    "http://localhost:8080/": "http://localhost:8080",
    "http://[::1]:8000/v1": "http://[::1]:8000",
    "http://10.1.2.3:8000/v1/": "http://10.1.2.3:8000",
    "https://gpu.lan/llama//": "https://gpu.lan/llama",
    "http://192.168.1.20/a/v1": "http://192.168.1.20/a",
    "http://[fd12:3456::1]/": "http://[fd12:3456::1]",
    "HTTP://GPU:80/": "http://gpu",
  };
  for (const [url, saved] of Object.entries(given)) expect(checkServerAddress(url)).toBe(saved);
});

const server = (url: string): AskableServer => ({
  id: "1",
  name: "Box",
  kind: "llama.cpp",
  url,
  model: null,
  secret: "s",
});
const { signal } = new AbortController();

test("what got into the database another way is refused before anything is sent", async () => {
  const lookup = guardedLookup(() => expect.fail("resolved"));
  for (const host of refusedHosts.slice(0, 60))
    await expect(countByServer(server(`http://${host}`), "a", { signal, lookup })).rejects.toThrow(
      /not allowed|needs an address/,
    );
});

test("rebinding: what a name resolves to is checked at each connect", async () => {
  const fake = await startFakeModelServer(llamaAnswers());
  try {
    const named = server(fake.url.replace("127.0.0.1", "gpu.example"));
    for (const address of refusedV4) {
      const answers = [["127.0.0.1"], [address], ["127.0.0.1", address]];
      const lookup = guardedLookup((_name, _options, callback) => {
        const addresses = answers.shift() ?? [];
        callback(
          null,
          addresses.map((one) => ({ address: one, family: 4 })),
        );
      });
      await observeServer(named, { signal, lookup });
      await expect(countByServer(named, "a", { signal, lookup })).rejects.toThrow("not allowed");
      await expect(countByServer(named, "a", { signal, lookup })).rejects.toThrow("not allowed");
    }
    expect(fake.asked).toHaveLength(refusedV4.length);
  } finally {
    await fake.stop();
  }
});

test("only the saved host and port are reached, wherever an answer points", async () => {
  const other = await startFakeModelServer(llamaAnswers());
  const fake = await startFakeModelServer({});
  try {
    for (const status of [301, 302, 303, 307, 308]) {
      const location = `${other.url}/tokenize`;
      fake.answers["/tokenize"] = (_asked, res) => void res.writeHead(status, { location }).end();
      await expect(countByServer(server(fake.url), "a", { signal })).rejects.toThrow(
        "not followed",
      );
    }
    fake.answers["/props"] = json({ model_path: other.url, total_slots: 1 });
    await observeServer(server(fake.url), { signal });
    expect(other.asked).toEqual([]);
    expect(new Set(fake.asked.map(({ path }) => path))).toEqual(new Set(["/tokenize", "/props"]));
  } finally {
    await Promise.all([other.stop(), fake.stop()]);
  }
});
