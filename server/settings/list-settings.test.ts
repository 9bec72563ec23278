import { describe, expect, test } from "vitest";
import { EffectiveSettings } from "@/domain/system/effective-settings";
import { settingsTable } from "@/server/env";
import { listSettings } from "./list-settings";

const read = (environment: Record<string, string>, name: string) =>
  listSettings({ environment }).settings.find((setting) => setting.name === name);

test("every setting is there, in the order of .env.example, and fits its schema", () => {
  const answer = listSettings({ environment: {} });
  expect(EffectiveSettings.parse(answer)).toEqual(answer);
  expect(answer.settings.map(({ name }) => name)).toEqual(settingsTable.map(({ name }) => name));
});

test("what was set acts, else the default; an empty value counts as unset", () => {
  expect(read({ PORT: " 4242 " }, "PORT")).toMatchObject({
    value: "4242",
    default: "3000",
    isSet: true,
  });
  expect(read({ PORT: " " }, "PORT")).toMatchObject({ value: "3000", isSet: false });
  expect(read({}, "DATABASE_URL")).toMatchObject({ value: null, default: "", isSet: false });
});

test("what is not a setting of ours is not told", () => {
  const environment = { AWS_SECRET_ACCESS_KEY: "canary", HOME: "/root" };
  expect(JSON.stringify(listSettings({ environment }))).not.toMatch(/canary|AWS_/);
});

describe("secrets", () => {
  test.each([
    [
      "DATABASE_URL",
      "postgres://me:canary@db.internal:5432/sl?sslkey=canary",
      "postgres://db.internal:5432/sl",
    ],
    [
      "AI_HEALTH_URLS",
      "http://a:canary@h1/health?token=canary,http://h2/#canary",
      "http://h1/health, http://h2",
    ],
    ["DATABASE_URL", "postgres://me:x,canary@db/sl", "postgres://db/sl"], // a comma in the password
    ["PUBLIC_URL", "https://gpus.example.org", "https://gpus.example.org"],
    ["ADMIN_EMAIL", "ada@example.org", "ada@example.org"],
    ["DATA_DIR", "/var/lib/sightline", "/var/lib/sightline"],
    ["GPU_SOURCES", "nvml,smi", "nvml, smi"],
    ["HOST", "::1", "::1"],
    ["TRUSTED_PROXIES", "10.0.0.0/8,fd00::/8", "10.0.0.0/8, fd00::/8"],
  ])("%s is told without them", (name, text, value) => {
    expect(read({ [name]: text }, name)).toMatchObject({ value, isSet: true });
  });

  test("of a file only that it is set: the key itself may have been written there", () => {
    const files = settingsTable.filter(({ name }) => name.endsWith("_FILE"));
    expect(files.length).toBeGreaterThan(2);
    for (const { name } of files)
      expect(read({ [name]: "sl_adm_canary" }, name)).toMatchObject({ value: "set", isSet: true });
  });

  test("an address that cannot be taken apart is not told", () => {
    for (const text of [
      "postgres://me:canary@",
      "http://me:canary@[::",
      "me:canary@host",
      "http:me:canary@h?x",
    ])
      expect(read({ DATABASE_URL: text }, "DATABASE_URL")?.value).toBe("set");
  });

  test("no setting tells user, password or query of an address", () => {
    const environment = Object.fromEntries(
      settingsTable.map(({ name }) => [name, "https://canary:canary@h/p?canary=canary#canary"]),
    );
    expect(JSON.stringify(listSettings({ environment }))).not.toContain("canary");
  });
});
