import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFileStore } from "@plinth/adapters-files";
import { bearer, testApp } from "../../testing/app.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-files-blob-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SIZE = 300_000;
const bytes = new Uint8Array(SIZE).map((_, i) => (i * 31) % 251);

test("where the runtime sends files of the disk by itself, the bytes, ranges and lengths are those of the file alone", async () => {
  const store = diskFileStore({ folder, blobOf: (path) => Bun.file(path) });
  const world = testApp({}, { files: async () => store });
  const operator = bearer(await world.signUp("operator@example.com"));
  expect((await world.send("/api/buckets", { name: "films" }, operator)).status).toBe(201);
  const path = "/api/files/films/trip.bin";
  const put = await world.call(path, { method: "PUT", headers: operator, body: bytes });
  expect(put.status).toBe(201);
  const descriptors = () => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0);
  const before = descriptors();
  const server = Bun.serve({ port: 0, fetch: ({ headers, method }) => world.call(path, { method, headers }) });
  const read = async (more: Record<string, string> = {}) => {
    const answer = await fetch(server.url, { headers: { ...operator, ...more } });
    const { status, headers } = answer;
    const [length, range] = [headers.get("content-length"), headers.get("content-range")];
    return { status, length, range, type: headers.get("content-type"), bytes: await answer.bytes() };
  };
  const type = "application/octet-stream";
  expect(await read()).toEqual({ status: 200, length: String(SIZE), range: null, type, bytes });
  expect(await read({ range: "bytes=100000-" })).toEqual({
    status: 206,
    length: "200000",
    range: `bytes 100000-299999/${SIZE}`,
    type,
    bytes: bytes.subarray(100_000),
  });
  // Bun would answer a range that the conditions rule out: a download that goes on would mix two files.
  const whole = { status: 200, range: null, type, bytes };
  expect(await read({ range: "bytes=100000-", "if-range": '"of another file"' })).toMatchObject(whole);
  expect(await read({ range: "bytes=100000-,x" })).toMatchObject(whole);
  for (let i = 0; i < 20; i++) await read();
  await server.stop(true);
  // The store's own handles are closed where its streams are not read.
  expect(descriptors()).toBeLessThan(before + 10);
});
