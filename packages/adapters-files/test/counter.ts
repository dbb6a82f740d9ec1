/** Adds to a number in a file so many times, as one of several programs: `<program> <folder> <times>`. */
import process from "node:process";
import { FileStoreError } from "@plinth/core";
import { diskFileStore } from "../src/disk-file-store.ts";

const [folder = "", times] = process.argv.slice(2);
const store = diskFileStore({ folder });

for (let done = 0; done < Number(times); ) {
  const { etag, stream } = await store.get("counter");
  const count = Number(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).text());
  try {
    await store.put("counter", new TextEncoder().encode(`${count + 1}`), { condition: { etag } });
    done++;
  } catch (error) {
    if (!(error instanceof FileStoreError && error.kind === "precondition_failed")) throw error;
  }
}
