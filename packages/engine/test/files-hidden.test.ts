import { expect, test } from "bun:test";
import type { Principal } from "@plinth/core";
import {
  createBucket,
  createBucketSchema,
  createCollection,
  createItems,
  deleteFile,
  type FilePrecondition,
  listFolder,
  moveFiles,
  openStoredFile,
  requireUploads,
} from "../src/index.ts";
import { filesWorlds } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

await onEachDatabase("hidden files", hiddenFilesSuite);

const HIDDEN = "theirs/there.txt";
const ABSENT = "theirs/nothing.txt";

const member = (): Principal => ({
  kind: "user",
  id: crypto.randomUUID(),
  workspaceId: W,
  roles: ["authenticated"],
  bypass: false,
});

function hiddenFilesSuite(kind: LogDatabases): void {
  const open = filesWorlds(kind);

  /** Ann may write what is in `home`, and see and change what is her own. */
  async function openWithAnn() {
    const world = await open();
    const { put, rule, ctx } = world;
    const ann = member();
    const hidden = await put("secret", { path: HIDDEN });
    const collection = "files";
    await rule({ role: "authenticated", collection, action: "create", check: { folder: { _eq: "home" } } });
    for (const action of ["read", "update", "delete"]) {
      await rule({ role: "authenticated", collection, action, condition: { owner_id: "$user.id" } });
    }
    return { ...world, content: hidden.content, asAnn: () => ctx(ann) };
  }

  const conditions = (content: string): (FilePrecondition | undefined)[] => [
    undefined,
    { absent: true },
    { present: true },
    { contents: ["other"] },
    { contents: [content] },
  ];

  test("a condition of a deletion does not tell whether there is a file that the caller may not see", async () => {
    const { asAnn, content, read } = await openWithAnn();
    for (const condition of conditions(content)) {
      for (const path of [HIDDEN, ABSENT]) {
        const deletion = deleteFile(await asAnn(), { bucket: "photos", path }, condition);
        await expect(deletion).rejects.toMatchObject({ code: "NOT_FOUND" });
      }
    }
    expect(await read(HIDDEN)).toBe("secret");
  });

  test("where the caller may store nothing, an upload does not tell whether there is a file", async () => {
    const { asAnn, content, put, read } = await openWithAnn();
    for (const condition of conditions(content)) {
      const refusals = [];
      for (const path of [HIDDEN, ABSENT]) {
        const sent = put("mine", { path, ...(condition && { condition }) }, await asAnn());
        const { code, message } = (await sent.catch((error: unknown) => error)) as Error & { code: string };
        refusals.push({ code, message });
      }
      expect(refusals[0]).toEqual(refusals[1]!);
    }
    expect(await read(HIDDEN)).toBe("secret");
  });

  test("what a rule forbids by its path is refused before a byte of it is stored", async () => {
    const { asAnn, put, store } = await openWithAnn();
    let puts = 0;
    const { put: original } = store;
    store.put = (...args) => {
      puts++;
      return original.apply(store, args);
    };
    await expect(put("mine", { path: ABSENT }, await asAnn())).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(puts).toBe(0);
    await put("mine", { path: "home/mine.txt" }, await asAnn());
    expect(puts).toBe(1);
  });

  test("a move onto a hidden file is refused as one that the rules forbid", async () => {
    const { asAnn, put, read } = await openWithAnn();
    await put("mine", { path: "home/mine.txt" }, await asAnn());
    await put("seen", { path: "home/seen.txt" }, await asAnn());
    const move = async (from: string, to: string, tree = false) =>
      moveFiles(await asAnn(), { bucket: "photos", from, to, tree }).catch(({ code, message }) => ({ code, message }));
    const hidden = await move("home/mine.txt", HIDDEN);
    expect(hidden).toMatchObject({ code: "FORBIDDEN" });
    expect(await move("home/mine.txt", "home/seen.txt")).toMatchObject({ code: "CONFLICT" });
    await put("theirs", { path: "away/mine.txt" });
    expect(await move("home", "away", true)).toEqual(hidden as { code: string; message: string });
    expect(await read(HIDDEN)).toBe("secret");
  });

  test("of a bucket that shows the caller nothing, nothing tells whether it exists", async () => {
    const { asAnn, ctx } = await openWithAnn();
    await createBucket(await ctx(), createBucketSchema.parse({ name: "hidden" }));
    const ann = await asAnn();
    const told = async (bucket: string) => {
      const asked: Promise<unknown>[] = [
        openStoredFile(ann, { bucket, path: "x" }),
        listFolder(ann, bucket, { limit: 10, cursor: undefined }),
        moveFiles(ann, { bucket, from: "a", to: "b", tree: false }),
        deleteFile(ann, { bucket, path: "x" }, undefined),
      ];
      const answers = await Promise.allSettled(asked);
      return answers.map((one) =>
        one.status === "fulfilled"
          ? one.value
          : { code: one.reason.code, message: one.reason.message.replace(bucket, "…") },
      );
    };
    expect(await told("hidden")).toEqual(await told("absent"));
    await expect(listFolder(await ctx(), "absent", { limit: 10, cursor: undefined })).rejects.toMatchObject({
      code: "NOT_FOUND",
      details: { field: "bucket" },
    });
  });

  test("where a rule names the bucket, one that is not there is refused as a closed one", async () => {
    const { put, rule, ctx } = await open();
    const ann = member();
    await rule({ role: "authenticated", collection: "files", action: "create", check: { bucket: "other" } });
    await expect(requireUploads(await ctx(ann), "absent")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(put("x", {}, await ctx(ann))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("a file goes along with an item only where whoever sets it there may delete it", async () => {
    const { put, rule, ctx } = await open();
    const ann = member();
    const { file } = await put("theirs");
    const photo = { name: "photo", type: "file", delete_with_item: true };
    await createCollection(await ctx(), { slug: "shots", kind: "managed", fields: [photo] } as never);
    await rule({ role: "authenticated", collection: "files", action: "read" });
    for (const action of ["create", "delete"]) await rule({ role: "authenticated", collection: "shots", action });
    const take = async () => createItems(await ctx(ann), "shots", { photo: file.id as string });
    expect((await take().catch((error: unknown) => error)) as Error).toMatchObject({ details: { field: "photo" } });
    await rule({ role: "authenticated", collection: "files", action: "delete" });
    expect(await take()).toMatchObject({ id: expect.any(String) });
  });

  test("a replacement changes metadata only where a rule names them", async () => {
    const { put, rule, ctx } = await open();
    const bob = member();
    await put("one", { metadata: { reviewed: false } });
    const fields = ["content", "size", "content_type", "sha256"];
    await rule({ role: "authenticated", collection: "files", action: "update", fields });
    await rule({ role: "authenticated", collection: "files", action: "read" });
    const forged = put("two", { metadata: { reviewed: true } }, await ctx(bob));
    await expect(forged).rejects.toMatchObject({ code: "FIELD_FORBIDDEN", details: { field: "metadata" } });
    const { file } = await put("three", {}, await ctx(bob));
    expect(file.metadata).toEqual({ reviewed: false });
  });
}
