import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { fileStoreSuite } from "@plinth/conformance";
import { NO_VERSITYGW, startVersitygw } from "../../../tests/support/s3-server.ts";
import { s3FileStore } from "../src/s3-file-store.ts";

const server = NO_VERSITYGW === undefined ? await startVersitygw() : undefined;
afterAll(() => server?.stop());

const LARGE = 256 * 1024 * 1024;
/** Whatever the size of the file. */
const MOST_GROWTH = 100 * 1024 * 1024;

const text = (value: string) => new TextEncoder().encode(value);

if (!server) test.skip(`everything — ${NO_VERSITYGW}`, () => {});
else {
  const open = (more: object = {}) => s3FileStore({ ...server, forcePathStyle: true, ...more });

  fileStoreSuite({
    test,
    open: () => open(),
    skip: { "a key may be the beginning of another": "versitygw keeps files in folders of the same names" },
  });

  test("a copy that is too large for one request is made of parts", async () => {
    const store = open({ maxCopyBytes: 5 * 1024 * 1024 });
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const whole = new Uint8Array(11 * 1024 * 1024 + 5).map((_, i) => bytes[i % 65_521]!);
    await store.put("copied/from", whole, { contentType: "image/png" });
    expect((await store.copy("copied/from", "copied/to")).size).toBe(whole.byteLength);
    const copy = await store.get("copied/to");
    expect(copy.contentType).toBe("image/png");
    expect(Bun.hash(await new Response(copy.stream).arrayBuffer())).toBe(Bun.hash(whole));
  });

  test("a large part is sent as it comes", async () => {
    const store = open();
    const size = 24 * 1024 * 1024 + 7;
    const whole = new Uint8Array(size).map((_, i) => i % 251);
    const upload = await store.upload("streamed/part");
    const part = await upload.part(1, new Blob([whole]).stream(), size);
    await upload.complete([part]);
    const { stream } = await store.get("streamed/part");
    expect(Bun.hash(await new Response(stream).arrayBuffer())).toBe(Bun.hash(whole));
    const cut = new Error("gone");
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(cut),
    });
    const another = await store.upload("streamed/part");
    expect(await another.part(1, broken, size).catch((error: unknown) => error)).toBe(cut);
    await another.abort();
  });

  test("a large file passes through little memory", async () => {
    const options = JSON.stringify({ ...server, forcePathStyle: true });
    const program = join(import.meta.dir, "large-file.ts");
    const large = Bun.spawn([process.execPath, program, options, String(LARGE)], { stderr: "inherit" });
    expect(Number(await new Response(large.stdout).text())).toBeLessThan(MOST_GROWTH);
    expect(await large.exited).toBe(0);
  });

  test("wrong keys and a bucket that is not there are forbidden, and no error holds a key", async () => {
    for (const wrong of [{ secretAccessKey: "wrong" }, { accessKeyId: "nobody" }, { bucket: "nowhere" }]) {
      const error = await open(wrong)
        .put("a", text("a"))
        .catch((failure: unknown) => failure as Error);
      expect(error).toMatchObject({ name: "FileStoreError", kind: "forbidden" });
      expect(String(error)).not.toMatch(/AKIATEST|s3cr3t|wrong/);
    }
  });
}

test("a server that cannot be reached is unavailable", async () => {
  const keys = { accessKeyId: "a", secretAccessKey: "b", bucket: "c", region: "d" };
  const store = s3FileStore({ ...keys, endpoint: "http://127.0.0.1:1", forcePathStyle: true });
  await expect(store.head("a")).rejects.toMatchObject({ kind: "unavailable" });
  await expect(store.put("a", text("a"))).rejects.toMatchObject({ kind: "unavailable" });
  await expect(store.put("a", text("a"), { condition: { absent: true } })).rejects.toMatchObject({
    kind: "outcome_unknown",
  });
});
