import { expect, test } from "bun:test";
import { FileStoreError, type FileUpload, type PartReference, putInParts } from "../src/index.ts";

/** An upload that remembers what it gets. A part's etag is its text. */
function recorder(failsAt = Number.POSITIVE_INFINITY) {
  const log: string[] = [];
  const upload: FileUpload = {
    id: "u",
    async part(number, body) {
      // The block is overwritten once this is answered, and not before.
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (number === failsAt) throw new FileStoreError("unavailable", "no");
      const etag = new TextDecoder().decode(body as Uint8Array);
      log.push(`${number}:${etag}`);
      return { number, etag, size: etag.length };
    },
    parts: async () => [],
    async complete(parts: readonly PartReference[]) {
      log.push(`complete ${parts.map(({ number }) => number)}`);
      return { etag: "e", size: 0 };
    },
    async abort() {
      log.push("abort");
    },
  };
  const put = (body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>) =>
    putInParts(
      "a",
      body,
      {},
      {
        blockBytes: 4,
        upload: async () => upload,
        async whole(block) {
          log.push(`whole ${new TextDecoder().decode(block)}`);
          return { etag: "w", size: block.byteLength };
        },
      },
    );
  return { log, put };
}

const text = (value: string) => new TextEncoder().encode(value);

test.each([
  ["", ["whole "]],
  ["abcd", ["whole abcd"]],
  ["abcde", ["1:abcd", "2:e", "complete 1,2"]],
  ["abcdefghijkl", ["1:abcd", "2:efgh", "3:ijkl", "complete 1,2,3"]],
  ["abcdefghijklmnopqrstu", ["1:abcd", "2:efgh", "3:ijkl", "4:mnop", "5:qrst", "6:u", "complete 1,2,3,4,5,6"]],
])("%p goes out in blocks, in order", async (value, expected) => {
  for (const chunk of [1, 3, 4, 100]) {
    const { log, put } = recorder();
    const pieces = value.match(new RegExp(`.{1,${chunk}}`, "g")) ?? [];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(text(piece));
        controller.close();
      },
    });
    await put(body);
    expect(log).toEqual(expected);
  }
});

test("a part that fails ends the upload and the body", async () => {
  const { log, put } = recorder(2);
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(text("abcd")),
    cancel() {
      cancelled = true;
    },
  });
  await expect(put(body)).rejects.toMatchObject({ kind: "unavailable" });
  expect([log.at(-1), cancelled]).toEqual(["abort", true]);
});
