import { expect, test } from "bun:test";
import { openWorld } from "./transfer-support.ts";

test("a related item is found however many others the file named before it", async () => {
  const world = await openWorld();
  await world.create({ slug: "lands", kind: "managed", fields: [{ name: "code", type: "text", unique: true }] });
  const land = { name: "land", type: "relation", to: "lands" } as const;
  await world.create({ slug: "towns", kind: "managed", fields: [{ name: "name", type: "text" }, land] });
  const codes = Array.from({ length: 24_000 }, (_, i) => `l${i}`);
  await world.importText("lands", `code\n${codes.join("\n")}\n`, { format: "csv" });
  // The first land comes with each new one.
  const named = codes.flatMap((code, i) => (i < 19_000 ? [code] : [code, "l0"]));
  const rows = named.map((code, i) => `t${i},${code}`);
  // In pieces, as a request's body arrives.
  async function* file(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    yield encoder.encode("name,of\n");
    for (let from = 0; from < rows.length; from += 1000)
      yield encoder.encode(`${rows.slice(from, from + 1000).join("\n")}\n`);
  }
  const result = await world.importText("towns", file(), {
    format: "csv",
    map: { of: "land.code" },
  });
  expect(result).toMatchObject({ total: named.length, inserted: named.length, failed: 0 });
});
