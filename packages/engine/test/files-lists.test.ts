/** Lists of files, as the junctions behind them are written. */
import { expect, test } from "bun:test";
import type { Json } from "@plinth/core";
import { createCollection, createItems, patchItems } from "../src/index.ts";
import { sqliteFiles } from "./files-world.ts";

const open = sqliteFiles();

test("many links that move to one list at once are as many as it takes", async () => {
  const { ctx, put } = await open();
  const pictures = { name: "pictures", type: "files", max_count: 3 } as const;
  await createCollection(await ctx(), { slug: "rooms", kind: "managed", fields: [pictures] });
  const files: Json[] = [];
  for (const path of ["1.txt", "2.txt", "3.txt", "4.txt"]) files.push((await put(path, { path })).file.id as Json);
  const roomWith = async (...names: Json[]) =>
    ((await createItems(await ctx(), "rooms", { pictures: names })) as { id: string }).id;
  const full = await roomWith(files[0]!);
  const move = async (from: string) =>
    patchItems(await ctx(), "rooms_pictures", { filter: { item: from } }, { item: full });
  const three = await roomWith(...files.slice(1));
  await expect(move(three)).rejects.toMatchObject({ code: "VALIDATION", details: { field: "file" } });
  const two = await roomWith(files[1]!, files[2]!);
  expect(await move(two)).toMatchObject({ updated: 2 });
});
