import { afterAll, expect, test } from "bun:test";
import { testApp } from "../../apps/server/src/testing/app.ts";
import { s3FileStore } from "../../packages/adapters-s3/src/s3-file-store.ts";
import { startS3 } from "../support/s3-server.ts";

/** URLs of a real store, which checks what they were signed for. */

const server = await startS3();
afterAll(() => server.stop());

const PART_BYTES = 16 * 1024 ** 2;

interface Part {
  readonly number: number;
  readonly size: number;
  readonly url: string;
}

const store = s3FileStore({ ...server, forcePathStyle: true });
const world = testApp({}, { files: async () => store });
const operator = { authorization: `Bearer ${await world.signUp("operator@example.com")}` };

const made = async <T>(path: string, body: object | undefined, method = "POST"): Promise<T> => {
  const answer = await world.send(path, body, operator, method);
  const text = await answer.text();
  expect([path, answer.ok ? "ok" : text]).toEqual([path, "ok"]);
  return (JSON.parse(text) as { data: T }).data;
};
await made("/api/buckets", { name: "far", redirect: true, max_bytes: 100_000_000 });

const begin = (path: string, size: number, more: object = {}) =>
  made<{ id: string; parts: Part[] }>("/api/uploads", {
    bucket: "far",
    path,
    size,
    content_type: "text/plain",
    ...more,
  });
const send = async (url: string, body: BodyInit) => {
  const answer = await fetch(url, { method: "PUT", body });
  await answer.text();
  return answer.status;
};
/** By a signed URL, and from there to the store. */
const follow = async (path: string, headers: Record<string, string> = {}) => {
  const { url } = await made<{ url: string }>("/api/files/sign", { bucket: "far", path, expires_in: 60 });
  const answer = await world.call(url, { headers });
  expect(answer.status).toBe(302);
  const location = answer.headers.get("location")!;
  expect(location).toStartWith(server.endpoint);
  return fetch(location, { headers });
};

test("a file goes to the store by a URL, and is read by another", async () => {
  const { id, parts } = await begin("größe.txt", 5);
  expect(parts).toHaveLength(1);
  expect(parts[0]!.url).toStartWith(server.endpoint);
  expect(await send(parts[0]!.url, "longer")).toBe(403);
  expect(await send(parts[0]!.url, "hello")).toBe(200);
  const file = await made<{ sha256: string }>(`/api/uploads/${id}/complete`, undefined);
  expect(file).toMatchObject({ size: 5, content_type: "text/plain" });
  expect(file.sha256).toBe("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  // The bytes of a file that is there are changed by nobody.
  expect(await send(parts[0]!.url, "hallo")).toBeGreaterThanOrEqual(400);
  const read = await follow("größe.txt");
  expect([await read.text(), read.headers.get("content-type")]).toEqual(["hello", "text/plain; charset=utf-8"]);
  // Plinth's own store saves what it does not know.
  expect(new URL(read.url).searchParams.get("response-content-disposition")).toBe(
    "inline; filename=\"gr__e.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt",
  );
  const part = await follow("größe.txt", { range: "bytes=1-2" });
  expect([part.status, await part.text()]).toEqual([206, "el"]);
});

test("a page is saved by the store too, and bytes are not believed", async () => {
  const html = "<!doctype html><script>alert(1)</script>";
  const { id, parts } = await begin("page.txt", html.length);
  expect(await send(parts[0]!.url, html)).toBe(200);
  expect(await made(`/api/uploads/${id}/complete`, undefined)).toMatchObject({ content_type: "text/html" });
  const read = await follow("page.txt");
  await read.text();
  expect(read.headers.get("content-disposition")).toBe('attachment; filename="page.txt"');
});

test("of several parts the server learns from the store", async () => {
  const { id, parts } = await begin("large.txt", PART_BYTES + 3, { in_parts: true });
  expect(parts.map(({ size }) => size)).toEqual([PART_BYTES, 3]);
  expect(await send(parts[1]!.url, "end")).toBe(200);
  const open = await made<{ parts: Part[] }>(`/api/uploads/${id}`, undefined, "GET");
  expect(open.parts.map(({ number }) => number)).toEqual([1]);
  expect((await world.send(`/api/uploads/${id}/complete`, undefined, operator)).status).toBe(409);
  expect(await send(open.parts[0]!.url, new Uint8Array(PART_BYTES).fill(97))).toBe(200);
  expect(await made(`/api/uploads/${id}/complete`, undefined)).toMatchObject({ size: PART_BYTES + 3 });
  const end = await follow("large.txt", { range: "bytes=-5" });
  expect(await end.text()).toBe("aaend");
});

test("an upload that is ended leaves nothing", async () => {
  const { id, parts } = await begin("gone.txt", 5);
  expect(await send(parts[0]!.url, "hello")).toBe(200);
  await made(`/api/uploads/${id}`, undefined, "DELETE");
  expect(await send(parts[0]!.url, "hello")).toBe(404);
  expect((await store.list()).files).toHaveLength(3);
});
