/** Does each kind of write once, into a folder that has `kept/a` and `kept/b`: `<program> <folder>`. */
import process from "node:process";
import { contentStream } from "@plinth/conformance";
import { diskFileStore } from "../src/disk-file-store.ts";

const store = diskFileStore({ folder: process.argv[2]! });
const content = (size: number) => contentStream(size, { seed: 1 });

await store.put("kept/a", content(2000));
const { etag } = await store.head("kept/a");
await store.put("kept/a", content(3000), { condition: { etag } });
await store.put("new/deep/a", content(4000), { condition: { absent: true } });
await store.copy("kept/a", "copied/a");
const upload = await store.upload("parted/a");
const parts = [await upload.part(1, content(500), 500), await upload.part(2, content(500), 500)];
await upload.complete(parts);
await store.delete(["kept/b"]);
