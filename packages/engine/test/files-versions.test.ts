import { expect, test } from "bun:test";
import {
  deleteFile,
  listVersions,
  openVersion,
  removeBucket,
  restoreFile,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { filesWorlds, HOUR_MS } from "./files-world.ts";
import { type LogDatabases, onEachDatabase } from "./log-world.ts";

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
}
