import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditOrigin } from "@/fixtures/audit-rows";
import { profileFields } from "@/fixtures/model-profile";
import { storedModels } from "@/fixtures/stored-profiles";
import { storedTokenizers } from "@/fixtures/stored-tokenizers";
import { type TestDatabase, withTestDatabase } from "@/fixtures/test-database";
import { smallTokenizerBytes } from "@/fixtures/tokenizers";
import type { PrismaClient } from "@/prisma/generated/client";
import { createPrisma } from "@/server/db";
import type { Vocabulary } from "@/server/tokens";
import { addTokenizerFile } from "./add-tokenizer-file";
import { deleteTokenizer } from "./delete-tokenizer";
import { listTokenizers } from "./list-tokenizers";
import type { TokenizersFeature } from "./tokenizers-feature";
import { uploadTokenizer } from "./upload-tokenizer";

const { signal } = new AbortController();
const asked = { origin: auditOrigin, signal };
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const small = smallTokenizerBytes();

let database: TestDatabase;
let prisma: PrismaClient;
let tokenizers: TokenizersFeature;
let folder: string;
let path: string;

beforeAll(async () => {
  database = await withTestDatabase();
  prisma = createPrisma(database.url);
  folder = await mkdtemp(join(tmpdir(), "sightline-tokenizers-"));
  path = join(folder, "tokenizer.json");
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await prisma.modelProfile.deleteMany();
  await prisma.tokenizerFile.deleteMany();
  await writeFile(path, small);
  ({ tokenizers } = storedTokenizers(prisma));
});

/** In parts, as a body comes. */
function partsOf(bytes: Uint8Array) {
  return async function* () {
    for (let at = 0; at < bytes.length; at += 1_000) {
      await Promise.resolve();
      yield bytes.subarray(at, at + 1_000);
    }
  };
}
const upload = (name: string, bytes: Uint8Array) =>
  uploadTokenizer(tokenizers.context, { name }, { ...asked, parts: partsOf(bytes) });
const addFile = (name: string, at = path) =>
  addTokenizerFile(tokenizers.context, { name, path: at }, asked);
const vocabularyOf = async (id: string) => {
  const { vocabulary, name } = await tokenizers.vocabularies.vocabularyOf(id);
  const { load, id: key } = vocabulary as Extract<Vocabulary, { kind: "tokenizer" }>;
  return { name, key, load };
};

describe("an upload", () => {
  test("is kept as it is, and loaded for who counts", async () => {
    const { tokenizer } = await upload("small", small);
    expect(tokenizer).toMatchObject({
      name: "small",
      source: "upload",
      sha256: sha256(small),
      sizeBytes: small.length,
      description: "BPE, byte-level",
      vocabularySize: 564,
      createdBy: auditOrigin.actorName,
    });
    expect(await listTokenizers(tokenizers.context)).toEqual({ tokenizers: [tokenizer] });
    const { load, name } = await vocabularyOf(tokenizer.id);
    expect([name, sha256(await load())]).toEqual(["small", sha256(small)]);
    const [row] = await prisma.tokenizerFile.findMany();
    expect(row?.content?.length).toBeLessThan(small.length / 2);
  });

  test("whose name is taken is refused before anything is read", async () => {
    await upload("small", small);
    const parts = () => expect.fail("read");
    await expect(
      uploadTokenizer(tokenizers.context, { name: "small" }, { ...asked, parts }),
    ).rejects.toThrow("called small already");
  });

  test("that is nothing, too much, broken off or no tokenizer leaves nothing", async () => {
    await expect(upload("empty", new Uint8Array(0))).rejects.toThrow("The file is empty.");
    await expect(upload("other", new TextEncoder().encode("{}"))).rejects.toThrow("Hugging Face");
    const block = new Uint8Array(1 << 20);
    const endless = async function* () {
      for (;;) {
        await Promise.resolve();
        yield block;
      }
    };
    const given = { ...asked, parts: endless };
    await expect(uploadTokenizer(tokenizers.context, { name: "big" }, given)).rejects.toMatchObject(
      {
        code: "TOO_LARGE",
      },
    );
    const broken = async function* () {
      yield small;
      await Promise.reject(new Error("left"));
    };
    await expect(
      uploadTokenizer(tokenizers.context, { name: "b" }, { ...asked, parts: broken }),
    ).rejects.toThrow("left");
    expect(await prisma.tokenizerFile.count()).toBe(0);
    expect((await upload("small", small)).tokenizer.name).toBe("small"); // the place is free again
  });

  test("comes alone: a second one at a time is told to wait", async () => {
    let go: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (go = resolve));
    const slow = async function* () {
      await waiting;
      yield small;
    };
    const first = uploadTokenizer(tokenizers.context, { name: "a" }, { ...asked, parts: slow });
    await expect(upload("b", small)).rejects.toMatchObject({ code: "TOO_MANY" });
    go();
    expect((await first).tokenizer.name).toBe("a");
  });
});

describe("a file of this machine", () => {
  test("is read where it is, through links too, and again when it changes", async () => {
    const link = join(folder, "link.json");
    await symlink(path, link);
    const { tokenizer } = await addFile("file", link);
    expect(tokenizer).toMatchObject({ source: "file", sha256: sha256(small) });
    const before = await vocabularyOf(tokenizer.id);
    expect(sha256(await before.load())).toBe(sha256(small));
    expect((await vocabularyOf(tokenizer.id)).key).toBe(before.key);

    await utimes(path, new Date(1_000), new Date(1_000)); // touched, not changed
    expect((await vocabularyOf(tokenizer.id)).key).toBe(before.key);

    const other = smallTokenizerBytes("sentence-piece");
    await writeFile(path, other);
    const after = await vocabularyOf(tokenizer.id);
    expect(after.key).not.toBe(before.key);
    expect(sha256(await after.load())).toBe(sha256(other));
    expect((await listTokenizers(tokenizers.context)).tokenizers).toMatchObject([
      { sha256: sha256(other), sizeBytes: other.length, vocabularySize: 700 },
    ]);

    await writeFile(path, "{}");
    await expect(vocabularyOf(tokenizer.id)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("The tokenizer file cannot be used now. ") as unknown,
    });
    await rm(path);
    const gone = vocabularyOf(tokenizer.id);
    await expect(gone).rejects.toThrow("is not there");
    await expect(gone).rejects.not.toThrow(folder);
  });

  test.each([
    ["one that is not there", () => join(folder, "none.json"), "is not there"],
    ["a path that is not whole", () => "tokenizer.json", "from the root on"],
    ["a folder", () => join(folder, "folder.json"), "no file"],
    ["a device", () => join(folder, "device.json"), "no file"],
    ["a named pipe", () => join(folder, "pipe.json"), "no file"],
    ["a file that is too large", () => join(folder, "large.json"), "64 MB at most"],
    ["a file of the system", () => join(folder, "status.json"), "not JSON"],
    ["another name", () => "/etc/passwd", "must end with .json"],
  ])("%s is refused", async (_name, at, sentence) => {
    const [pipe, large] = [join(folder, "pipe.json"), join(folder, "large.json")];
    await Promise.all([pipe, large].map((one) => rm(one, { force: true })));
    execFileSync("mkfifo", [pipe]);
    for (const [name, target] of Object.entries({
      folder,
      device: "/dev/zero",
      status: "/proc/self/status",
    })) {
      await rm(join(folder, `${name}.json`), { force: true });
      await symlink(target, join(folder, `${name}.json`));
    }
    await writeFile(large, "");
    await truncate(large, 64 * 1024 * 1024 + 1);
    const refused = addFile("file", at());
    await expect(refused).rejects.toThrow(sentence);
    expect(await prisma.tokenizerFile.count()).toBe(0);
  });
});

test("what a profile uses stays; deleting leaves the file", async () => {
  const { tokenizer } = await addFile("file");
  const { id } = tokenizer;
  const counting = { kind: "tokenizer", tokenizerId: id } as const;
  await storedModels(prisma).store.create(
    profileFields({ name: "Nemotron", counting }),
    auditOrigin,
  );
  const remove = () => deleteTokenizer(tokenizers.context, { id }, auditOrigin);
  await expect(remove()).rejects.toThrow("file counts for Nemotron.");
  await prisma.modelProfile.deleteMany();
  expect([await remove(), await remove()]).toEqual([{ deleted: true }, { deleted: false }]);
  await expect(vocabularyOf(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await mkdir(folder, { recursive: true });
  expect((await addFile("again")).tokenizer.sha256).toBe(sha256(small));
});
