/** Writes in each way on a disk whose syncs fail, and prints what it was told: `<program> <folder>`. */
import process from "node:process";
import { contentStream } from "@plinth/conformance";
import { FileStoreError } from "@plinth/core";
import { diskFileStore } from "../src/disk-file-store.ts";

const store = diskFileStore({ folder: process.argv[2]! });
const ways = [
  () => store.put("small", new Uint8Array(10)),
  () => store.put("large", contentStream(200_000)),
  () => store.upload("parts"),
];
const kinds: string[] = [];
for (const way of ways) {
  kinds.push(
    await way().then(
      () => "done",
      (error: unknown) => (error instanceof FileStoreError ? error.kind : String(error)),
    ),
  );
}
process.stdout.write(JSON.stringify(kinds));
