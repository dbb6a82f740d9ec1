import { expect, test } from "bun:test";
import { anonymous, type PlinthError } from "@plinth/core";
import {
  deleteFile,
  getItem,
  listVersions,
  openVersion,
  patchItem,
  removeBucket,
  restoreFile,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { filesWorlds, HOUR_MS, sharesIn, withoutShares } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

await onEachDatabase("versions of files", fileVersionsSuite);

function fileVersionsSuite(kind: LogDatabases): void {
  const open = filesWorlds(kind);

  test("a deleted file's bytes are versions until somebody deletes them or the bucket", async () => {
    const { put, read, ctx, sweep, after, stored } = await open();
    await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: true }));
    const at = { bucket: "photos", path: "a/b.txt" };
    const list = async () => (await listVersions(await ctx(), at, { limit: 10 })).data;
    await put("first");
    await put("second");
    await deleteFile(await ctx(), at, undefined);
    // Before the sweep, and when it has come long after.
    for (const hours of [0, 100]) {
      after(hours * HOUR_MS);
      if (hours > 0) await sweep();
      expect(await list()).toMatchObject([
        { size: 6, current: false },
        { size: 5, current: false },
      ]);
    }
    expect(await stored()).toBe(2);
    const [second, first] = (await list()).map(({ version }) => version) as [string, string];
    const opened = await openVersion(await ctx(), at, second);
    expect(await new Response(await opened.bytes()).text()).toBe("second");
    const restored = await restoreFile(await ctx(), { ...at, version: first });
    expect(restored).toMatchObject({ path: "a/b.txt", version: first });
    expect(await read()).toBe("first");
    expect(await list()).toMatchObject([{ size: 6 }, { size: 5, current: true }]);
    await sweep();
    expect(await stored()).toBe(2);

    await deleteFile(await ctx(), at, undefined);
    await removeBucket(await ctx(), "photos");
    await sweep();
    after(100 * HOUR_MS);
    await sweep();
    expect(await stored()).toBe(0);
  });

  test("a file that is deleted in quarantine comes back into it, as does one of which nothing is known any more", async () => {
    const { put, ctx, driver } = await open();
    await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: true }));
    const at = { bucket: "photos", path: "a/b.txt" };
    const { file, content: version } = await put("dangerous");
    await patchItem(await ctx(), "files", file.id as string, { state: "quarantined" });
    const restored = async (between = async () => {}) => {
      await deleteFile(await ctx(), at, undefined);
      await between();
      const { id } = await restoreFile(await ctx(), { ...at, version });
      return { id, state: (await getItem(await ctx(), "files", id)).row.state };
    };
    const { id, state } = await restored();
    expect(state).toBe("quarantined");
    await patchItem(await ctx(), "files", id, { state: "ready" });
    expect(await restored()).toMatchObject({ state: "ready" });
    const forget = () => driver.run({ sql: "delete from plinth_changes", params: [] });
    expect(await restored(async () => void (await forget()))).toMatchObject({ state: "quarantined" });
  });

  test("bytes that were in quarantine when their file lost them are closed, before the sweep and long after", async () => {
    const { put, ctx, driver, sweep } = await open();
    await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: true }));
    const made = async (path: string, isClosed: boolean) => {
      const { file, content: version } = await put("bytes", { path });
      if (isClosed) await patchItem(await ctx(), "files", file.id as string, { state: "quarantined" });
      await deleteFile(await ctx(), { bucket: "photos", path }, undefined);
      const at = { bucket: "photos", path };
      const read = async (closedToo: boolean) =>
        openVersion(await ctx(), at, version, { closedToo }).then(
          () => "read",
          (error: PlinthError) => error.code,
        );
      const restored = async () => {
        const { id } = await restoreFile(await ctx(), { ...at, version });
        return (await getItem(await ctx(), "files", id)).row.state;
      };
      return { read, restored };
    };
    const [closed, plain] = [await made("closed", true), await made("plain", false)];
    const readings = async () => [await closed.read(false), await closed.read(true), await plain.read(false)];
    expect(await readings()).toEqual(["FORBIDDEN", "read", "read"]);
    await sweep();
    await driver.run({ sql: "delete from plinth_changes", params: [] });
    expect(await readings()).toEqual(["FORBIDDEN", "read", "read"]);
    expect([await closed.restored(), await plain.restored()]).toEqual(["quarantined", "ready"]);
  });

  test("where new files wait in quarantine by a rule, new bytes of a file do", async () => {
    const { put, read, ctx, rule } = await open();
    const all = { role: "authenticated", collection: "files" };
    await rule({ ...all, action: "create", presets: { state: "quarantined" } });
    for (const action of ["read", "update"]) await rule({ ...all, action });
    const user = () => ctx({ ...anonymous(W), kind: "user", id: "u1", roles: ["authenticated"] });
    const { file } = await put("first", {}, await user());
    expect(file).toMatchObject({ state: "quarantined" });
    await patchItem(await ctx(), "files", file.id as string, { state: "ready" });
    expect(await read("a/b.txt", await user())).toBe("first");
    expect((await put("second", {}, await user())).file).toMatchObject({ state: "quarantined" });
    await expect(read("a/b.txt", await user())).rejects.toMatchObject({ code: "NOT_FOUND" });
    // An administrator has no presets, and changes nothing about it.
    expect((await put("third")).file).toMatchObject({ state: "quarantined" });
  });

  test("what was stored before there were shares is counted", async () => {
    const world = await open();
    await world.put("first");
    await world.put("second");
    await world.put("third", { path: "c" });
    const before = await sharesIn(world);
    await withoutShares(world);
    await world.sweep();
    expect(await sharesIn(world)).toEqual(before);
  });
}
