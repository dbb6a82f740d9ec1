import { expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import {
  createBucket,
  createBucketSchema,
  deleteFolder,
  deleteItem,
  listFolder,
  moveFiles,
  moveFilesSchema,
  putFile,
  type RequestContext,
  removeBucket,
} from "../src/index.ts";
import { bodyOf, filesWorlds } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

await onEachDatabase("folders of files", fileFoldersSuite);

function fileFoldersSuite(kind: LogDatabases): void {
  const open = filesWorlds(kind);

  test("paths that lead elsewhere are refused", async () => {
    const { put } = await open();
    for (const path of ["", "/a", "a/", "a//b", "../a", "a/../b", ".", "a\0b", "a\\b", "a\u202eb", "x".repeat(800)]) {
      await expect(put("x", { path })).rejects.toMatchObject({ code: "VALIDATION", details: { field: "path" } });
    }
  });

  test("a bucket goes when it is empty", async () => {
    const { put, ctx } = await open();
    const { file } = await put("x");
    const refused = await removeBucket(await ctx(), "photos").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "CONFLICT" });
    await deleteItem(await ctx(), "files", file.id as string);
    expect(await removeBucket(await ctx(), "photos")).toEqual({ name: "photos" });
  });

  test("a folder moves as a whole or not at all", async () => {
    const { put, read, ctx, rule } = await open();
    for (const path of ["a/1.txt", "a/b/2.txt", "a/b/c/3.txt", "ab/4.txt", "x/1.txt"]) await put(path, { path });
    const move = async (input: JsonObject, by?: RequestContext) =>
      moveFiles(by ?? (await ctx()), moveFilesSchema.parse({ bucket: "photos", ...input }));
    await expect(move({ from: "a", to: "x", tree: true })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await read("a/b/2.txt")).toBe("a/b/2.txt");
    expect(await move({ from: "a", to: "y/z", tree: true })).toEqual({ moved: 3 });
    expect(await read("y/z/b/c/3.txt")).toBe("a/b/c/3.txt");
    expect(await read("ab/4.txt")).toBe("ab/4.txt");
    const { data } = await listFolder(await ctx(), "photos", { prefix: "y/z/b", limit: 10 });
    expect(data).toMatchObject([
      { kind: "folder", name: "c", path: "y/z/b/c" },
      { kind: "file", path: "y/z/b/2.txt", folder: "y/z/b", name: "2.txt" },
    ]);
    expect(await move({ from: "x/1.txt", to: "neu/Ä.txt" })).toEqual({ moved: 1 });
    expect(await read("neu/A\u0308.txt")).toBe("x/1.txt");
    await expect(move({ from: "none", to: "n" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(move({ from: "y", to: "y/z", tree: true })).rejects.toMatchObject({ details: { field: "to" } });
    await expect(move({ from: "y", to: "../z", tree: true })).rejects.toMatchObject({ details: { field: "to" } });
    await expect(move({ from: "y", to: "x".repeat(690), tree: true })).rejects.toMatchObject({
      details: { field: "to" },
    });
    const ann = await ctx({
      kind: "user",
      id: crypto.randomUUID(),
      workspaceId: W,
      roles: ["authenticated"],
      bypass: false,
    });
    await rule({ role: "authenticated", collection: "files", action: "read" });
    await expect(move({ from: "y", to: "w", tree: true }, ann)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await rule({
      role: "authenticated",
      collection: "files",
      action: "update",
      condition: { folder: { _neq: "y/z/b/c" } },
    });
    const again = await ctx(ann.principal);
    await expect(move({ from: "y", to: "w", tree: true }, again)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await read("y/z/1.txt")).toBe("a/1.txt");
    expect(await move({ from: "y/z/1.txt", to: "w.txt" }, again)).toEqual({ moved: 1 });
    await expect(move({ from: "w.txt", to: "y/z/b/c/w.txt" }, again)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("a folder is listed page by page, each folder once", async () => {
    const { put, ctx } = await open();
    const paths = ["s/1", "s-x/1", "s/y/1", "s/z/1", "s.old/a/b/1", "t/u/v/1", "t!/1", "t/1", "f1", "f2", "f3"];
    for (const path of paths) await put(path, { path });
    for (const limit of [1, 2, 3, 50]) {
      const all: string[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await listFolder(await ctx(), "photos", { limit, cursor: cursor ?? undefined });
        expect(page.data.length).toBeLessThanOrEqual(limit);
        all.push(...page.data.map(({ kind, path }) => `${kind} ${path}`));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect([...all].sort()).toEqual(
        ["folder s", "folder s-x", "folder s.old", "folder t", "folder t!", "file f1", "file f2", "file f3"].sort(),
      );
      expect(all.slice(-3)).toEqual(["file f1", "file f2", "file f3"]);
    }
  });

  test("a folder is deleted with what is in it", async () => {
    const { put, read, ctx } = await open();
    for (const path of ["a/1", "a/b/2", "ab/3"]) await put(path, { path });
    expect(await deleteFolder(await ctx(), { bucket: "photos", path: "a" })).toEqual({ deleted: 2 });
    expect(await read("ab/3")).toBe("ab/3");
  });

  test("a file and the end of its bucket exclude each other", async () => {
    const { put, ctx } = await open();
    for (let round = 0; round < 5; round++) {
      await createBucket(await ctx(), createBucketSchema.parse({ name: `b${round}x` }));
      const input = {
        bucket: `b${round}x`,
        path: "f",
        body: bodyOf("x"),
        size: 1,
        contentType: undefined,
        sha256: undefined,
      };
      const [file, bucket] = await Promise.allSettled([
        putFile(await ctx(), { ...input, metadata: undefined, condition: undefined }),
        removeBucket(await ctx(), `b${round}x`),
      ]);
      expect([file.status, bucket.status].sort()).toEqual(["fulfilled", "rejected"]);
    }
    expect((await put("x")).created).toBe(true);
  });
}
