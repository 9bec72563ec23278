import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSettings } from "@/server/env";
import { describeProvider, readClientSecret, readOidcSettings } from "./oidc-settings";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-oidc-settings-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const settingsOf = (env: Record<string, string>) => {
  const parsed = parseSettings({ PUBLIC_URL: "https://gpus.example.org", ...env });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.settings;
};

const given = { OIDC_ISSUER: "https://id.example.org/realms/home", OIDC_CLIENT_ID: "sightline" };

const file = (text: string) => {
  const at = path.join(folder, "secret");
  writeFileSync(at, text);
  return at;
};

/** The sentence of what is thrown. */
function sentence(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ name: "AppError", code: "INVALID" });
    const { message } = error as Error;
    expect(message).toMatch(/^[^\n]+\.$/);
    return message;
  }
  return expect.fail("nothing was thrown");
}

describe("readOidcSettings", () => {
  test("none are set: no provider", () => {
    expect(readOidcSettings(settingsOf({}))).toBeNull();
  });

  test("a provider with a secret, and what its button says", () => {
    const settings = settingsOf({ ...given, OIDC_CLIENT_SECRET_FILE: file("s3cret\n") });
    expect(readOidcSettings(settings)).toMatchObject({
      clientId: "sightline",
      publicUrl: "https://gpus.example.org",
      defaultRole: null,
    });
    expect(readOidcSettings(settings)?.issuer.href).toBe("https://id.example.org/realms/home");
    expect(describeProvider(settings)).toBe("id.example.org");
    expect(describeProvider(settingsOf({ ...given, OIDC_NAME: "Keycloak" }))).toBe("Keycloak");
    expect(describeProvider(settingsOf({}))).toBeNull();
  });

  test.each([
    "id.example.org",
    "ftp://id.example.org",
    "javascript:alert(1)",
    "https://id.example.org/?realm=home",
    "https://id.example.org/#home",
    "https://user:password@id.example.org",
  ])("OIDC_ISSUER=%s is refused", (issuer) => {
    const message = sentence(() => readOidcSettings(settingsOf({ ...given, OIDC_ISSUER: issuer })));
    expect(message).toContain("OIDC_ISSUER");
    expect(message).not.toContain("password");
  });

  test("a secret that cannot be read stops the start", () => {
    const missing = path.join(folder, "missing");
    const settings = settingsOf({ ...given, OIDC_CLIENT_SECRET_FILE: missing });
    expect(sentence(() => readOidcSettings(settings))).toContain("does not exist");
  });
});

describe("readClientSecret", () => {
  test("is read anew each time, without the space around it", () => {
    expect(readClientSecret(file("first\n"))).toBe("first");
    expect(readClientSecret(file("  second \r\n"))).toBe("second");
  });

  test.each(["", "\n", "two lines\nof text", "with space", "ünicode", "x".repeat(5_000)])(
    "%j is none, and is not in the sentence",
    (text) => {
      const message = sentence(() => readClientSecret(file(text)));
      expect(message).toContain("OIDC_CLIENT_SECRET_FILE");
      if (text.trim() !== "") expect(message).not.toContain(text.trim());
    },
  );

  test("a folder is none", () => {
    const at = path.join(folder, "folder");
    mkdirSync(at);
    chmodSync(at, 0o700);
    expect(sentence(() => readClientSecret(at))).toContain("cannot be read");
  });
});
