import { expect, test } from "bun:test";
import { anonymous, type Principal } from "@plinth/core";
import { createBucket, createBucketSchema, patchItem, type RequestContext } from "../src/index.ts";
import { filesWorlds } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

await onEachDatabase("files", filesSuite);

function filesSuite(kind: LogDatabases): void {
  const open = filesWorlds(kind);

  test("a file is stored, read and replaced as a whole", async () => {
    const { put, read, stored } = await open();
    const first = await put("hello");
    expect(first).toMatchObject({
      created: true,
      file: {
        bucket: "photos",
        path: "a/b.txt",
        folder: "a",
        name: "b.txt",
        size: 5,
        content_type: "text/plain",
        sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        state: "ready",
      },
    });
    expect(await read()).toBe("hello");
    const second = await put("other", { metadata: { by: "me" } });
    expect([second.created, second.file.id, second.file.metadata]).toEqual([false, first.file.id, { by: "me" }]);
    expect(await read()).toBe("other");
    expect(await stored()).toBe(2);
  });

  test("one name is one file, however it is typed", async () => {
    const { put, read } = await open();
    await put("one", { path: "Cafe\u0301.txt" });
    expect((await put("two", { path: "Caf\u00e9.txt" })).created).toBe(false);
    expect(await read("Cafe\u0301.txt")).toBe("two");
  });

  test("a body that is too large, cut or of another hash leaves what was there", async () => {
    const { put, read } = await open();
    await put("hello");
    await expect(put("x".repeat(1001))).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
    await expect(put("x", { size: 1001 })).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
    await expect(put("x", { size: 7 })).rejects.toThrow();
    await expect(put("x", { sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "VALIDATION" });
    expect(await read()).toBe("hello");
  });

  test("of fifty that make a file that must be new, one does", async () => {
    const { put, read } = await open();
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => put(`content ${n}`, { condition: { absent: true } })),
    );
    const made = all.flatMap((one, n) => (one.status === "fulfilled" ? [n] : []));
    expect(made).toHaveLength(1);
    expect(await read()).toBe(`content ${made[0]}`);
    for (const one of all) {
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "PRECONDITION_FAILED" });
    }
  });

  test("two that send a file to one path at once both succeed, and one of them stays whole", async () => {
    const { put, read } = await open();
    const all = await Promise.all(Array.from({ length: 8 }, (_, n) => put(`content ${n}`)));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(await read()).toMatch(/^content \d$/);
  });

  test("who may not see the item may not read its bytes, and who may not make one sends none", async () => {
    const { put, read, ctx, rule, stored } = await open();
    const ann: Principal = {
      kind: "user",
      id: crypto.randomUUID(),
      workspaceId: W,
      roles: ["authenticated"],
      bypass: false,
    };
    const bob: Principal = { ...ann, id: crypto.randomUUID() };
    await put("secret");
    const asAnn = await ctx(ann);
    await expect(read("a/b.txt", asAnn)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(put("mine", { path: "ann.txt" }, asAnn)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(read("a/b.txt", await ctx(anonymous(W)))).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(await stored()).toBe(1);
    const own = { owner_id: "$user.id" };
    await rule({ role: "authenticated", collection: "files", action: "create", check: { folder: { _eq: "home" } } });
    for (const action of ["read", "update"]) {
      await rule({ role: "authenticated", collection: "files", action, condition: own });
    }
    const { file } = await put("mine", { path: "home/x.txt" }, await ctx(ann));
    expect(file.owner_id).toBe(ann.id!);
    await expect(put("mine", { path: "elsewhere/x.txt" }, await ctx(ann))).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await read("home/x.txt", await ctx(ann))).toBe("mine");
    await expect(read("home/x.txt", await ctx(bob))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(put("his", { path: "home/x.txt" }, await ctx(bob))).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await read("home/x.txt", await ctx(ann))).toBe("mine");
  });

  test("a file in quarantine is for administrators alone, and only they put it there", async () => {
    const { put, read, ctx, rule } = await open();
    await createBucket(await ctx(), createBucketSchema.parse({ name: "open", public: true }));
    await rule({ role: "authenticated", collection: "files", action: "read" });
    await rule({ role: "authenticated", collection: "files", action: "update" });
    const ann = await ctx({
      kind: "user",
      id: crypto.randomUUID(),
      workspaceId: W,
      roles: ["authenticated"],
      bypass: false,
    });
    const { file } = await put("virus");
    expect(await read("a/b.txt", ann)).toBe("virus");
    const set = async (by: RequestContext, state: string) => patchItem(by, "files", file.id as string, { state });
    await expect(set(ann, "quarantined")).rejects.toMatchObject({ code: "FIELD_FORBIDDEN" });
    await expect(set(await ctx(), "lost")).rejects.toMatchObject({ code: "VALIDATION" });
    await set(await ctx(), "quarantined");
    await expect(read("a/b.txt", ann)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await read()).toBe("virus");
    await expect(set(ann, "ready")).rejects.toMatchObject({ code: "FIELD_FORBIDDEN" });
    await set(await ctx(), "ready");
    expect(await read("a/b.txt", ann)).toBe("virus");
  });
}
