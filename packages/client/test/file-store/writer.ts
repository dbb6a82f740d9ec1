/**
 * A program that queues writes without a server, and says which ones are stored: `FOLDER FIRST`. It ends only when it is
 * killed. Each write is two items, which belong together.
 */
import { fileStore } from "../../src/file-store/index.ts";
import { createClient } from "../../src/index.ts";
import { sync } from "../../src/sync/index.ts";

const [folder = "", first = "0"] = process.argv.slice(2);
const client = createClient({
  url: "http://server.test",
  key: "pk_live_x",
  token: "t",
  fetch: (() => Promise.reject(new TypeError("offline"))) as unknown as typeof fetch,
});
const db = sync(client, { shapes: { posts: {} }, user: "ann", store: fileStore(folder) });
await db.ready;
process.stdout.write(`has ${db.query("posts").length}\n`);
const padding = "x".repeat(2000);
for (let n = Number(first); ; n++) {
  const stored = db.batch((batch) => {
    batch.create("posts", { n, half: "a", padding });
    batch.create("posts", { n, half: "b", padding });
  });
  // Some are stored together.
  if (n % 3 !== 0) void stored.then(() => process.stdout.write(`${n}\n`));
  else {
    await stored;
    process.stdout.write(`${n}\n`);
  }
}
