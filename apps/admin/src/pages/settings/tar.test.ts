import { expect, test } from "bun:test";
import { tarOf } from "./tar.ts";

test("tar reads the archive, also where a file ends with a block", async () => {
  const contents = { "books.ndjson": '{"id":1}\n', "full.ndjson": "x".repeat(1024), "none.ndjson": "" };
  const entries = Object.entries(contents).map(([name, text]) => ({ name, content: new Blob([text]) }));
  const archive = tarOf(entries, new Date("2026-11-30T00:00:00Z"));
  expect(archive.size % 512).toBe(0);
  const read = new Bun.Archive(await archive.arrayBuffer());
  const files = [...(await read.files())].map(async ([name, file]) => [name, await file.text()] as const);
  expect(Object.fromEntries(await Promise.all(files))).toEqual(contents);
});
