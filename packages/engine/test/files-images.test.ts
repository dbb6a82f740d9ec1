import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { sharpImages } from "@plinth/adapters-sharp";
import { pngHeader, pngOf } from "@plinth/conformance";
import { anonymous, type ErrorCode, FILE_COLLECTIONS, IMAGE_FIELDS, type PlinthError } from "@plinth/core";
import { addImageFields } from "../src/features/files/images/index.ts";
import {
  checkStoredFiles,
  createBucket,
  createBucketSchema,
  deleteFile,
  type ImageInput,
  openImage,
  putFile,
  type RequestContext,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { createBuiltIn } from "../src/schema/create-built-in.ts";
import { bodyOf, filesWorlds, HOUR_MS } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, openEngine, W } from "./log-world.ts";

const images = await sharpImages({ maxPixels: 1_000_000 });
const flag = await pngOf(40, 20, (x) => (x < 20 ? [255, 0, 0, 255] : [0, 0, 255, 255]));
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (char) => char.charCodeAt(0));
/** One pixel in two colours, shown again and again. */
const FRAME = ",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
const ANIMATION = bytesOf(`GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff${FRAME.repeat(10_000)};`);
const HOSTILE: readonly [string, Uint8Array<ArrayBuffer>, ErrorCode][] = [
  ["a picture of too many pixels", pngHeader(100_000, 100_000), "LIMIT_EXCEEDED"],
  ["a picture that ends early", flag.slice(0, 70), "VALIDATION"],
  ["a file of too many bytes", new Uint8Array([...flag, ...new Uint8Array(500_000)]), "LIMIT_EXCEEDED"],
  ["a page", bytesOf("<!doctype html><img>"), "UNSUPPORTED_MEDIA_TYPE"],
  ["SVG", bytesOf('<svg onload="alert(1)"/>'), "UNSUPPORTED_MEDIA_TYPE"],
  ["an archive", bytesOf("PK\x03\x04"), "UNSUPPORTED_MEDIA_TYPE"],
  ["a page that begins as a GIF", bytesOf("GIF89a\x10\0\x10\0<script>alert(1)</script>"), "VALIDATION"],
];

function imagesSuite(kind: LogDatabases): void {
  const worlds = filesWorlds(kind);

  async function open() {
    const config = { imagesMaxPixels: 1_000_000, imagesMaxBytes: 500_000 };
    const world = await worlds({ images, config });
    const presets = { thumb: { width: 10, height: 10, format: "png" as const } };
    const changes = updateBucketSchema.parse({ max_bytes: 1_000_000, public: true, image_presets: presets });
    await updateBucket(await world.ctx(), "photos", changes);
    const image = async (
      input: Partial<ImageInput>,
      { path = "a.png", ctx }: { path?: string; ctx?: RequestContext } = {},
    ) => openImage(ctx ?? (await world.ctx()), { bucket: "photos", path }, { edit: {}, accept: undefined, ...input });
    return { ...world, image };
  }

  test("a picture's size and preview are kept with it, whatever fields a rule lists, and go when it is replaced", async () => {
    const { put, rule, ctx } = await open();
    const fields = ["bucket", "path", "folder", "name", "content", "size", "content_type", "sha256"];
    for (const action of ["create", "read", "update"])
      await rule({ role: "authenticated", collection: "files", action, fields });
    const user = await ctx({ ...anonymous(W), kind: "user", id: "u1", roles: ["authenticated"] });
    for (const created of [true, false]) expect(await put(flag, { path: "a.png" }, user)).toMatchObject({ created });
    const { file } = await put(flag, { path: "a.png" });
    expect(file).toMatchObject({ width: 40, height: 20, blurhash: expect.stringMatching(/^.{20,40}$/) });
    const { file: text } = await put("no picture", { path: "a.png" });
    expect(text).toMatchObject({ id: file.id, width: null, height: null, blurhash: null });
  });

  test("images are made once, kept beside their content, and removed with it", async () => {
    const { put, image, stored, sweep, after, ctx } = await open();
    await put(flag, { path: "a.png" });
    const all = await Promise.all(Array.from({ length: 10 }, () => image({ preset: "thumb" })));
    expect(new Set(all.map(({ content }) => content)).size).toBe(1);
    expect(await stored()).toBe(2);
    const made = new Uint8Array(await new Response(await all[0]!.bytes()).arrayBuffer());
    expect([made.byteLength, all[0]!.name, all[0]!.contentType]).toEqual([all[0]!.size, "a.png", "image/png"]);
    await image({ edit: { width: 20 } });
    await image({ edit: { width: 20, position: "center", fit: "cover" } });
    expect(await stored()).toBe(3);
    expect(await checkStoredFiles(await ctx(), { fix: true })).toMatchObject({ checked: 1, orphans: 0, removed: 0 });
    await deleteFile(await ctx(), { bucket: "photos", path: "a.png" }, undefined);
    await sweep();
    after(25 * HOUR_MS);
    await sweep();
    expect(await stored()).toBe(0);
  });

  test("who reads chooses among presets, and the reader's program names the format", async () => {
    const { put, image, ctx } = await open();
    await put(flag, { path: "a.png" });
    const stranger = await ctx(anonymous(W));
    expect(await image({ preset: "thumb" }, { ctx: stranger })).toMatchObject({ contentType: "image/png" });
    await expect(image({ edit: { width: 10 } }, { ctx: stranger })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(image({ preset: "toString" }, { ctx: stranger })).rejects.toMatchObject({ code: "VALIDATION" });
    const typeFor = async (accept: string | undefined) => (await image({ edit: { width: 8 }, accept })).contentType;
    expect(await typeFor("image/avif,image/webp,*/*")).toBe("image/avif");
    expect(await typeFor("image/avif;q=0, image/WebP;q=0.5")).toBe("image/webp");
    expect(await typeFor("*/*")).toBe("image/png");
    expect(await typeFor(undefined)).toBe("image/png");
  });

  test("hostile files are stored, and refused as images", async () => {
    const { put, image } = await open();
    for (const [what, bytes, code] of HOSTILE) {
      await put(bytes, { path: "a.png", type: "image/png" });
      const refused = await image({ edit: { width: 10 } }).catch((error: unknown) => error);
      expect([what, (refused as PlinthError).code]).toEqual([what, code]);
    }
    const { file } = await put(ANIMATION, { path: "a.gif" });
    expect(file).toMatchObject({ content_type: "image/gif", width: 1, height: 1 });
    const first = await image({ edit: { width: 1 } }, { path: "a.gif" });
    expect(first).toMatchObject({ name: "a.png", contentType: "image/png" });
  });

  test("a workspace of an older version gets the fields", async () => {
    const world = await openEngine((await kind.createMigrated())(), { files: memoryFileStore() });
    const names = new Set(IMAGE_FIELDS.map(({ name }) => name));
    const older = FILE_COLLECTIONS.map((one) => ({
      ...one,
      fields: one.fields.filter(({ name }) => !names.has(name)),
    }));
    await createBuiltIn(await world.ctx(), older, []);
    await createBucket(await world.ctx(), createBucketSchema.parse({ name: "photos" }));
    const put = async () => {
      const sent = {
        size: undefined,
        contentType: undefined,
        sha256: undefined,
        metadata: undefined,
        condition: undefined,
      };
      return (await putFile(await world.ctx(), { ...sent, bucket: "photos", path: "a.png", body: bodyOf(flag) })).file;
    };
    expect(await put()).not.toHaveProperty("width");
    while (await addImageFields(world.engine, world.driver));
    expect(await put()).toMatchObject({ width: 40, height: 20, blurhash: null });
  });
}

await onEachDatabase("images", imagesSuite);
