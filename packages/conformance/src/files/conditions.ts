import { type FileCondition, type FileStore, FileStoreError } from "@plinth/core";
import { assert, equal } from "../assert.ts";
import type { Case } from "../case.ts";
import { bytesIn, contentStream, equalContent, MIB, textBytes } from "./content.ts";
import { type OpenStore, refusedAs, type StoreUnderTest, storeCase } from "./store-case.ts";

const RACERS = 50;

export function conditionCases(open: OpenStore): Case[] {
  const one = (name: string, run: (tested: StoreUnderTest) => Promise<void>) => storeCase(open, name, run);
  return [
    one("a condition decides whether a file is written", async ({ store, key }) => {
      const a = key("a");
      await refusedAs("precondition_failed", store.put(a, textBytes("0"), { condition: { etag: "0123456789" } }));
      await refusedAs("not_found", store.head(a));
      const first = await store.put(a, textBytes("1"), { condition: { absent: true } });
      await refusedAs("precondition_failed", store.put(a, textBytes("2"), { condition: { absent: true } }));
      await refusedAs("precondition_failed", store.put(a, textBytes("2"), { condition: { etag: "0123456789" } }));
      const second = await store.put(a, textBytes("2"), { condition: { etag: first.etag } });
      assert(first.etag !== second.etag, "other bytes have another etag");
      await refusedAs("precondition_failed", store.put(a, textBytes("3"), { condition: { etag: first.etag } }));
      equal((await store.head(a)).etag, second.etag, "the etag");
    }),
    one("a read can require an etag", async ({ store, key }) => {
      const { etag } = await store.put(key("a"), textBytes("1"));
      await (await store.get(key("a"), { etag })).stream.cancel();
      await store.put(key("a"), textBytes("2"));
      await refusedAs("precondition_failed", store.get(key("a"), { etag }));
    }),
    one("of 50 that write if nothing is there, exactly one does", async ({ store, key }) => {
      await exactlyOneOf(store, key("a"), { absent: true });
    }),
    one("of 50 that replace one file, exactly one does", async ({ store, key }) => {
      const { etag } = await store.put(key("a"), textBytes("before"));
      await exactlyOneOf(store, key("a"), { etag });
    }),
    one("who reads a file that is replaced gets the old one whole", async ({ store, key }) => {
      const size = 6 * MIB;
      await store.put(key("a"), contentStream(size, { seed: 1 }), { size });
      const [reading, deleted] = [await store.get(key("a")), await store.get(key("a"))];
      await store.put(key("a"), contentStream(size, { seed: 2 }), { size });
      await equalContent(reading.stream, { length: size, seed: 1 });
      await equalContent((await store.get(key("a"))).stream, { length: size, seed: 2 });
      await store.delete([key("a")]);
      await equalContent(deleted.stream, { length: size, seed: 1 });
    }),
    one("no reader finds a mixture or a gap while one file is written again and again", async ({ store, key }) => {
      const a = key("a");
      await store.put(a, textBytes("0".repeat(70_000)));
      let writing = true;
      const writer = async (): Promise<void> => {
        for (let i = 1; i <= 30; i++) await store.put(a, textBytes(String(i % 10).repeat(70_000 + i)));
        writing = false;
      };
      const reader = async (): Promise<void> => {
        while (writing) {
          const file = await store.get(a);
          const bytes = await bytesIn(file.stream);
          equal(bytes.byteLength, file.size, "bytes");
          assert(
            bytes.every((byte) => byte === bytes[0]),
            "bytes of two files",
          );
          // A store that answers at once would leave the writer no turn.
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      };
      await Promise.all([writer(), ...Array.from({ length: 4 }, reader)]);
    }),
  ];
}

async function exactlyOneOf(store: FileStore, key: string, condition: FileCondition): Promise<void> {
  const attempts = await Promise.allSettled(
    Array.from({ length: RACERS }, (_, i) => store.put(key, textBytes(`racer ${i}`), { condition })),
  );
  const winners = attempts.flatMap((attempt, i) => (attempt.status === "fulfilled" ? [i] : []));
  equal(winners.length, 1, "winners");
  for (const attempt of attempts) {
    if (attempt.status === "fulfilled") continue;
    const { reason } = attempt;
    assert(reason instanceof FileStoreError && reason.kind === "precondition_failed", String(reason));
  }
  const text = new TextDecoder().decode(await bytesIn((await store.get(key)).stream));
  equal(text, `racer ${winners[0]}`, "the file");
}
