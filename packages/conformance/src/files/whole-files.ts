import { type FileStore, sha256Hex } from "@plinth/core";
import { assert, equal, rejectionOf } from "../assert.ts";
import type { Case } from "../case.ts";
import { bytesIn, contentAt, contentStream, equalContent, MIB, textBytes } from "./content.ts";
import { type OpenStore, refusedAs, type StoreUnderTest, storeCase } from "./store-case.ts";

const SIZES: Readonly<Record<string, number>> = {
  "0 bytes": 0,
  "1 byte": 1,
  "5 MiB and a byte": 5 * MIB + 1,
  "64 MiB": 64 * MIB,
};

const BAD_KEYS = [
  "",
  "/a",
  "a/",
  "a//b",
  "..",
  "../a",
  "a/../b",
  "./a",
  "a/.",
  ".a",
  "a.",
  "ä",
  "a b",
  "a\0b",
  "a%2e",
  "a\\b",
];

export function wholeFileCases(open: OpenStore): Case[] {
  const one = (name: string, run: (tested: StoreUnderTest) => Promise<void>) => storeCase(open, name, run);
  return [
    ...Object.entries(SIZES).flatMap(([name, size]) =>
      [size, undefined].map((said) =>
        one(
          `${name} come back as they were, ${said === undefined ? "their number unknown before" : "their number said before"}`,
          async ({ store, key }) => {
            const written = await store.put(key("a"), contentStream(size), { size: said });
            equal(written.size, size, "the size written");
            const file = await store.get(key("a"));
            equal([file.size, file.etag], [size, written.etag], "size and etag");
            await equalContent(file.stream, { length: size });
          },
        ),
      ),
    ),
    one("a file has its content type, etag, size and time", async ({ store, key }) => {
      const before = Date.now();
      const { etag } = await store.put(key("a"), textBytes("hello"), { contentType: "text/plain; charset=utf-8" });
      if (store.capabilities.etagIsSha256) equal(etag, await sha256Hex(textBytes("hello")), "the etag");
      const { stream, bytes, ...content } = await store.get(key("a"));
      equal(new TextDecoder().decode(await bytesIn(stream)), "hello", "the bytes");
      if (bytes) {
        equal(new TextDecoder().decode(bytes), "hello", "the bytes that the store has read");
        const part = await store.get(key("a"), { range: { offset: 1, length: 3 } });
        equal(new TextDecoder().decode(part.bytes), "ell", "those of a range");
      }
      const head = await store.head(key("a"));
      equal(head, content, "head beside get");
      const { modifiedAt, ...rest } = head;
      equal(rest, { key: key("a"), size: 5, etag, contentType: "text/plain; charset=utf-8" }, "the file");
      // Some stores count in seconds, and have clocks of their own.
      assert(Math.abs(modifiedAt - before) < 3_600_000, `it was written at ${modifiedAt}, not at ${before}`);
      await store.put(key("b"), textBytes("hello"));
      equal((await store.head(key("b"))).contentType, "application/octet-stream", "the default");
    }),
    one("keys in capitals, and long keys, are files of their own", async ({ store, key }) => {
      const long = `${"x".repeat(120)}/`.repeat(6);
      await eachIsItself(store, ["a", "A", "b/b", "b/B", "a.b", "a-b", "a_b", `${long}${"y".repeat(100)}`].map(key));
    }),
    one("a key may be the beginning of another", async ({ store, key }) => {
      const keys = ["a", "a/b", "a/b/c"].map(key);
      await eachIsItself(store, keys);
      const { files, folders } = await store.list({ prefix: key(""), folders: true });
      equal([files.map((file) => file.key), folders], [[key("a")], [key("a/")]], "file and folder");
      await store.delete([key("a/b")]);
      await eachIsItself(store, [keys[0]!, keys[2]!]);
    }),
    one("no other keys are taken", async ({ store, key }) => {
      const tooLong = [`${"x".repeat(121)}`, `${"x".repeat(90)}/`.repeat(10)];
      for (const bad of [...BAD_KEYS, ...tooLong]) {
        await refusedAs("invalid", store.put(bad, textBytes("x")));
        await refusedAs("invalid", store.get(bad));
        await refusedAs("invalid", store.head(bad));
        await refusedAs("invalid", store.delete([key("a"), bad]));
        await refusedAs("invalid", store.copy(bad, key("a")));
        await refusedAs("invalid", store.copy(key("a"), bad));
        await refusedAs("invalid", store.upload(bad));
        await refusedAs("invalid", store.presign(bad, { method: "GET", expiresInSeconds: 60 }));
      }
      await refusedAs("invalid", store.put(key("a"), textBytes("x"), { contentType: "text/plain\r\nx-evil: 1" }));
      await refusedAs("not_found", store.head(key("a")));
    }),
    one("a range is the slice", async ({ store, key }) => {
      const size = 300_001;
      await store.put(key("a"), contentStream(size), { size });
      const random = Array.from({ length: 30 }, () => {
        const offset = Math.floor(Math.random() * size);
        return { offset, length: 1 + Math.floor(Math.random() * size) };
      });
      const edges = [{ offset: 0, length: 1 }, { offset: size - 1 }, { offset: 7 }, { offset: 0, length: size + 1 }];
      for (const range of [...random, ...edges]) {
        const file = await store.get(key("a"), { range });
        equal(file.size, size, "the size of the whole file");
        const length = Math.min(range.length ?? size, size - range.offset);
        await equalContent(file.stream, { offset: range.offset, length });
      }
      await refusedAs("out_of_range", store.get(key("a"), { range: { offset: size } }));
      await store.put(key("empty"), textBytes(""));
      await refusedAs("out_of_range", store.get(key("empty"), { range: { offset: 0, length: 1 } }));
      for (const range of [{ offset: -1 }, { offset: 0.5 }, { offset: 0, length: 0 }])
        await refusedAs("invalid", store.get(key("a"), { range }));
    }),
    one("a stream can be left before its end", async ({ store, key }) => {
      await store.put(key("a"), contentStream(MIB), { size: MIB });
      await (await store.get(key("a"))).stream.cancel();
      for await (const chunk of (await store.get(key("a"))).stream) {
        assert(chunk.byteLength > 0, "an empty chunk");
        break;
      }
      await store.delete([key("a")]);
    }),
    one("what is not there is not found, and can be deleted", async ({ store, key }) => {
      await store.put(key("a"), textBytes("x"));
      await store.delete([key("a"), key("never")]);
      await store.delete([key("a")]);
      await store.delete([]);
      await refusedAs("not_found", store.get(key("a")));
      await refusedAs("not_found", store.head(key("a")));
      await refusedAs("not_found", store.copy(key("a"), key("b")));
    }),
    one("a copy is a file of its own, with the content type", async ({ store, key }) => {
      await store.put(key("a"), contentAt(0, 1000), { contentType: "image/png" });
      const { etag } = await store.head(key("a"));
      await refusedAs("precondition_failed", store.copy(key("a"), key("b"), { etag: "0123456789" }));
      await refusedAs("invalid", store.copy(key("a"), key("b"), { etag: 'x"\r\n' }));
      await store.put(key("b"), textBytes("before"));
      equal((await store.copy(key("a"), key("b"), { etag })).size, 1000, "its size");
      await store.put(key("a"), textBytes("changed"));
      await store.delete([key("a")]);
      const copy = await store.get(key("b"));
      equal([copy.key, copy.contentType], [key("b"), "image/png"], "key and content type");
      await equalContent(copy.stream, { length: 1000 });
    }),
    one("a body that is cut leaves nothing, and what was there before", async ({ store, key }) => {
      const large = 20 * MIB;
      const cut = new Error("the client has gone");
      await store.put(key("kept"), textBytes("before"));
      for (const [size, cutAfter] of [
        [1000, 0],
        [1000, 500],
        [large, 11 * MIB],
      ] as const) {
        for (const said of [size, undefined]) {
          for (const name of ["new", "kept"]) {
            const body = contentStream(size, { cutAfter, cut });
            equal(await rejectionOf(store.put(key(name), body, { size: said })), cut, "the error of the body");
          }
        }
      }
      await refusedAs("wrong_size", store.put(key("new"), contentStream(999), { size: 1000 }));
      await refusedAs("wrong_size", store.put(key("new"), contentStream(1001), { size: 1000 }));
      await refusedAs("wrong_size", store.put(key("kept"), contentStream(9 * MIB), { size: 9 * MIB + 1 }));
      await refusedAs("not_found", store.head(key("new")));
      equal(new TextDecoder().decode(await bytesIn((await store.get(key("kept"))).stream)), "before", "the kept one");
      equal((await store.list({ prefix: key("") })).files.length, 1, "files");
    }),
  ];
}

async function eachIsItself(store: FileStore, keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.put(key, textBytes(key));
  for (const key of keys)
    equal(new TextDecoder().decode(await bytesIn((await store.get(key)).stream)), key, "the bytes");
}
