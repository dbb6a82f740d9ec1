// A separate process with only import and export: prints how much memory each gained, as JSON.

import { bytesOf } from "@plinth/formats/testing";
import { exportItems } from "../src/index.ts";
import { openWorld } from "./transfer-support.ts";

const PIECES = 3300;
const ROWS = 60;
const [, , path] = process.argv;
const world = await openWorld((driver) => driver, path!);
await world.create({
  slug: "things",
  fields: [
    { name: "title", type: "text" },
    { name: "pages", type: "integer" },
    { name: "story", type: "longtext" },
  ],
} as never);

const row = `{"title":"${"x".repeat(200)}","pages":1,"story":"${"y".repeat(800)}"}`;
const piece = new TextEncoder().encode(Array.from({ length: ROWS }, () => row).join(",\n"));

let used: number[] = [];
async function* file(): AsyncGenerator<Uint8Array> {
  yield* bytesOf("[");
  for (let i = 0; i < PIECES; i++) {
    if (i > 0) yield* bytesOf(",");
    yield piece.slice();
    if (i % 50 === 0) used.push(process.memoryUsage().rss);
  }
  yield* bytesOf("]");
}

/** The growth after the first quarter, in which the garbage collector settles. */
function growth(): number {
  const settled = Math.max(...used.slice(0, used.length / 4));
  const grown = Math.max(...used) - settled;
  used = [];
  return grown;
}

const { inserted } = await world.importText("things", file(), { format: "json" });
const importGrowth = growth();
let exported = 0;
for await (const text of await exportItems(await world.ctx(), "things", {
  format: "csv",
})) {
  exported += text.length;
  used.push(process.memoryUsage().rss);
}
const bytes = PIECES * piece.length;
process.stdout.write(JSON.stringify({ bytes, inserted, importGrowth, exported, exportGrowth: growth() }));
