/** Writes in every way until it is killed: `<program> <folder>`. */
import process from "node:process";
import { contentStream } from "@plinth/conformance";
import { diskFileStore } from "../src/disk-file-store.ts";

const store = diskFileStore({ folder: process.argv[2]! });
const SIZE = 200_000;
const content = (seed: number) => contentStream(SIZE + seed, { seed });

await store.put("replaced/a", content(0));
process.stdout.write("ready\n");
for (let seed = 1; ; seed++) {
  await store.put("replaced/a", content(seed));
  await store.put(`new/${seed % 5}`, content(seed), { condition: { absent: true } }).catch(() => undefined);
  const { etag } = await store.head("replaced/a");
  await store.put("replaced/a", content(seed + 1), { condition: { etag } });
  await store.copy("replaced/a", "copied/deep/down/a");
  const upload = await store.upload("parted/a");
  const parts = [await upload.part(1, content(seed), SIZE + seed), await upload.part(2, content(7), SIZE + 7)];
  await upload.complete(parts);
  await store.delete([`new/${(seed + 2) % 5}`, "copied/deep/down/a"]);
}
