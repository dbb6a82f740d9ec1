import type { FileStore, UploadedPart } from "@plinth/core";
import { equal, rejectionOf } from "../assert.ts";
import type { Case } from "../case.ts";
import { contentAt, contentStream, equalContent, MIB, textBytes } from "./content.ts";
import { type OpenStore, refusedAs, type StoreUnderTest, storeCase, unsupportedCall } from "./store-case.ts";

/** Large enough for every store. */
const PART = 5 * MIB;

export function uploadCases(open: OpenStore): Case[] {
  const one = (name: string, run: (tested: StoreUnderTest) => Promise<void>) => storeCase(open, name, run);
  return [
    one(
      "parts come in any order, again, and from another process, and are one file in the end",
      async ({ store, key }) => {
        const { id } = await store.upload(key("a"), { contentType: "video/mp4" });
        const size = 2 * PART + 12_345;
        const parts = new Map<number, UploadedPart>();
        for (const [number, seed] of [
          [3, 0],
          [1, 9],
          [2, 0],
          [1, 0],
        ] as const) {
          const length = number === 3 ? 12_345 : PART;
          const bytes = contentAt((number - 1) * PART, length, seed);
          const body = number === 2 ? new Blob([bytes]).stream() : bytes;
          parts.set(number, await (await store.upload(key("a"), { id })).part(number, body, length));
          equal(bytes.byteLength, length, "the bytes of a part, which stay the caller's");
        }
        equal(parts.get(3), { number: 3, etag: parts.get(3)!.etag, size: 12_345 }, "a part");
        await refusedAs("not_found", store.head(key("a")));
        equal((await store.list({ prefix: key("") })).files.length, 0, "files before the end");
        const sorted = [1, 2, 3].map((number) => parts.get(number)!);
        const again = await store.upload(key("a"), { id });
        if (store.capabilities.upload.listsParts) equal(await again.parts(), sorted, "the list of parts");
        else await unsupportedCall(again.parts());
        const written = await again.complete([...parts.values()]);
        equal(written.size, size, "the size");
        const file = await store.get(key("a"));
        equal([file.etag, file.size, file.contentType], [written.etag, size, "video/mp4"], "the file");
        await equalContent(file.stream, { length: size });
        const slice = await store.get(key("a"), { range: { offset: PART - 10, length: 20 } });
        await equalContent(slice.stream, { offset: PART - 10, length: 20 });
      },
    ),
    one("an upload that was completed or aborted is gone, and so are its parts", async ({ store, key }) => {
      for (const [name, end] of [
        ["completed", (parts: UploadedPart[], id: string) => completed(store, key("completed"), id, parts)],
        ["aborted", async (_: UploadedPart[], id: string) => (await store.upload(key("aborted"), { id })).abort()],
      ] as const) {
        const upload = await store.upload(key(name));
        await end([await upload.part(1, textBytes("x"))], upload.id);
        await upload.abort();
        const late = await rejectionOf(upload.part(2, textBytes("late")).then((part) => upload.complete([part])));
        equal((late as { kind?: string }).kind, "not_found", `${name}: ${String(late)}`);
      }
      equal(
        (await store.list({ prefix: key("") })).files.map((file) => file.key),
        [key("completed")],
        "files",
      );
    }),
    one("parts that are wrong make no file", async ({ store, key }) => {
      const { minPartBytes, maxParts } = store.capabilities.upload;
      const upload = await store.upload(key("a"));
      const small = minPartBytes > 0 ? minPartBytes - 1 : 10;
      const [first, second] = [await upload.part(1, contentAt(0, small)), await upload.part(2, textBytes("end"))];
      await refusedAs("invalid_part", upload.complete([first, { number: 3, etag: second.etag }]));
      await refusedAs("invalid_part", upload.complete([{ ...first, etag: "0123456789abcdef0123456789abcdef" }]));
      await refusedAs("invalid", upload.complete([first, first]));
      await refusedAs("invalid", upload.complete([]));
      for (const number of [0, -1, 1.5, maxParts + 1]) await refusedAs("invalid", upload.part(number, textBytes("x")));
      await refusedAs("invalid", upload.part(1, contentStream(10)));
      await refusedAs("wrong_size", upload.part(1, contentStream(9), 10));
      if (minPartBytes > 0) await refusedAs("invalid_part", upload.complete([first, second]));
      await refusedAs("not_found", store.head(key("a")));
      await upload.abort();
    }),
    one("an unknown upload, or one of another key, is not found", async ({ store, key }) => {
      const upload = await store.upload(key("a"));
      const unknown = "0".repeat(36);
      for (const [name, id] of [
        ["a", unknown],
        ["b", upload.id],
        ["a", "../../../etc"],
      ] as const) {
        const call = async () => (await store.upload(key(name), { id })).part(1, textBytes("x"));
        await refusedAs("not_found", call());
      }
      await upload.abort();
    }),
    one("a condition holds for a file of parts too", async ({ store, key }) => {
      await store.put(key("a"), textBytes("before"));
      const upload = await store.upload(key("a"));
      const part = await upload.part(1, textBytes("after"));
      if (store.capabilities.upload.conditional) {
        await refusedAs("precondition_failed", upload.complete([part], { absent: true }));
        const { etag } = await store.head(key("a"));
        await upload.complete([part], { etag });
        equal((await store.head(key("a"))).size, 5, "the size");
      } else {
        await unsupportedCall(upload.complete([part], { absent: true }));
        await upload.abort();
      }
    }),
  ];
}

async function completed(store: FileStore, key: string, id: string, parts: UploadedPart[]): Promise<void> {
  await (await store.upload(key, { id })).complete(parts);
}
