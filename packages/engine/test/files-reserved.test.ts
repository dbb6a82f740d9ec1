/** Rows of contents that are stored before somebody sends their bytes. */
import { expect, test } from "bun:test";
import { updateBucket, updateBucketSchema } from "../src/index.ts";
import { HOUR_MS, noted, sqliteFiles } from "./files-world.ts";

const files = sqliteFiles();
const began = Date.now();
/** Its time passes by `after` alone. */
const open = (config = {}) => files({ config, now: () => began });
type World = Awaited<ReturnType<typeof open>>;

const rowsOf = ({ driver }: World) => driver.all({ sql: "select id, remove from plinth_files_loose", params: [] });

/** The next upload: its content, and how many writes its server waited for before the bytes were in the store. */
async function send(world: World, path: string) {
  const { driver, statements } = noted(world.driver);
  const ctx = { ...(await world.ctx()), driver };
  const { content } = await world.put(path, { path }, ctx);
  const first = statements.findIndex(({ sql }) => sql.startsWith("insert into"));
  return { content, before: statements[first]!.sql.includes("plinth_files_loose") ? 1 : 0 };
}

test("an upload that follows another one finds its row, and leaves one for the next", async () => {
  const world = await open();
  const all = [await send(world, "a"), await send(world, "b"), await send(world, "c")];
  expect(all.map(({ before }) => before)).toEqual([1, 1, 0]);
  const [next] = await rowsOf(world);
  expect(next).toMatchObject({ remove: 0 });
  expect((await send(world, "d")).content).toBe(next!.id as string);
});

test("a row that nobody took is too old after some seconds, and goes as that of an upload that never ended", async () => {
  const world = await open();
  for (const path of ["a", "b"]) await send(world, path);
  expect(await rowsOf(world)).toHaveLength(1);
  world.after(11_000);
  expect((await send(world, "c")).before).toBe(1);
  world.after(25 * HOUR_MS);
  await world.sweep();
  expect([await rowsOf(world), await world.stored()]).toEqual([[], 3]);
});

test("no row is stored ahead where it would have to take room, or where the order of contents is that of versions", async () => {
  for (const world of [await open({ filesMaxBytes: 1000 }), await open()]) {
    const { filesMaxBytes } = world.engine.config;
    if (filesMaxBytes === undefined)
      await updateBucket(await world.ctx(), "photos", updateBucketSchema.parse({ versions: true }));
    for (const path of ["a", "b", "c"]) await send(world, path);
    expect(await rowsOf(world)).toEqual([]);
  }
});
