import { describe, expect, test } from "bun:test";
import type { FileContent, SentBytes } from "../src/files/index.ts";
import { type Answer, codeOf, data, lost, refusedBy, storageOf, stored } from "./files-server.ts";
import { pauses, withoutWaiting } from "./support.ts";

withoutWaiting();

describe("an upload", () => {
  test("names the file, its type, its hash, its metadata and what must hold", async () => {
    const { sent, storage } = storageOf([stored], "acme");
    const photos = storage.bucket("photos");
    expect(await photos.put("2026/Zoë & co #1?.txt", "hello")).toMatchObject({ path: "a.txt" });
    await photos.put("a.png", new Blob(["x"], { type: "image/png" }), {
      sha256: "ab",
      metadata: { by: "Zoë 🙂" },
      ifAbsent: true,
    });
    await photos.put("a", new Uint8Array([120]), { contentType: "image/gif", ifMatch: '"1"' });
    expect(sent.map(({ method, address, body }) => [method, address, body])).toEqual([
      ["PUT", "/api/t/acme/files/photos/2026/Zo%C3%AB%20%26%20co%20%231%3F.txt", "hello"],
      ["PUT", "/api/t/acme/files/photos/a.png", "x"],
      ["PUT", "/api/t/acme/files/photos/a", "x"],
    ]);
    const headers = sent.map(({ headers }) =>
      ["content-type", "if-none-match", "if-match", "x-file-sha256", "x-file-metadata"].map((name) =>
        headers.get(name),
      ),
    );
    expect(headers).toEqual([
      ["text/plain", null, null, null, null],
      ["image/png", "*", null, "ab", '{"by":"Zo\\u00eb \\ud83d\\ude42"}'],
      ["image/gif", null, '"1"', null, null],
    ]);
  });

  test("is sent again where nobody can tell the difference", async () => {
    const again = storageOf([lost, refusedBy(503, "UNAVAILABLE"), stored]);
    await again.storage.bucket("b").put("a", new Blob(["hello"]));
    expect(again.sent.map(({ body }) => body)).toEqual(["hello", "hello", "hello"]);
    expect(pauses).toHaveLength(2);
    const once: [FileContent, object][] = [
      [new Blob(["x"]).stream() as ReadableStream<Uint8Array>, {}],
      ["x", { ifAbsent: true }],
      ["x", { ifMatch: '"1"' }],
    ];
    for (const [content, options] of once) {
      const { sent, storage } = storageOf([lost, stored]);
      expect(await codeOf(storage.bucket("b").put("a", content, options))).toBe("UNREACHABLE");
      expect(sent).toHaveLength(1);
    }
  });

  test("says how much has been sent, from the beginning each time", async () => {
    const heard: SentBytes[] = [];
    const { sent, storage } = storageOf([lost, stored]);
    await storage.bucket("b").put("a", "héllo", { onProgress: (progress) => heard.push(progress) });
    expect(sent.map(({ body }) => body)).toEqual(["héllo", "héllo"]);
    expect(heard).toEqual([
      { bytes: 6, total: 6 },
      { bytes: 6, total: 6 },
    ]);
  });
});

describe("a large upload", () => {
  const at = (offset: number) => () =>
    new Response(null, { status: 204, headers: { "upload-offset": String(offset) } });
  const begun = () =>
    new Response(null, { status: 201, headers: { location: "tus/0190c5a0-0000-4000-8000-000000000001" } });

  test("goes on with what the server has, and answers with the file", async () => {
    const answers = [begun, lost, refusedBy(423, "UPLOAD_LOCKED"), at(2), at(5), data({ file: "f1" }), stored];
    const { sent, storage } = storageOf(answers);
    const heard: SentBytes[] = [];
    const content = new Blob(["hello"], { type: "image/png" });
    const options = {
      resumable: true,
      ifAbsent: true,
      metadata: { n: 1 },
      onProgress: (now: SentBytes) => heard.push(now),
    };
    expect(await storage.bucket("photos").upload("2026/ä.txt", content, options)).toMatchObject({ id: "1" });
    expect(sent.map(({ method, address, body }) => [method, address, body])).toEqual([
      ["POST", "/api/tus", ""],
      ["PATCH", "/api/tus/0190c5a0-0000-4000-8000-000000000001", "hello"],
      ["HEAD", "/api/tus/0190c5a0-0000-4000-8000-000000000001", ""],
      ["HEAD", "/api/tus/0190c5a0-0000-4000-8000-000000000001", ""],
      ["PATCH", "/api/tus/0190c5a0-0000-4000-8000-000000000001", "llo"],
      ["GET", "/api/tus/0190c5a0-0000-4000-8000-000000000001", ""],
      ["GET", "/api/items/files/f1", ""],
    ]);
    expect(Object.fromEntries(sent[0]!.headers)).toMatchObject({
      "upload-length": "5",
      "upload-metadata": `bucket ${btoa("photos")},path MjAyNi/DpC50eHQ=,filetype ${btoa("image/png")}`,
      "if-none-match": "*",
      "x-file-metadata": '{"n":1}',
    });
    expect(heard.at(-1)).toEqual({ bytes: 5, total: 5 });
  });

  test("that was left goes on by its id, or is ended", async () => {
    const id = "0190c5a0-0000-4000-8000-000000000001";
    const ids: string[] = [];
    const left = storageOf([begun, refusedBy(403, "FORBIDDEN")]);
    const options = { resumable: true, onBegun: (id: string) => void ids.push(id) };
    await codeOf(left.storage.bucket("photos").upload("a", new Blob(["hello"]), options));
    expect(ids).toEqual([id]);
    const { sent, storage } = storageOf([at(3), at(5), data({ file: "f1" }), data({ id: "1" }), at(0)]);
    const photos = storage.bucket("photos");
    expect(await photos.upload("a", new Blob(["hello"]), { resume: id })).toMatchObject({ id: "1" });
    await photos.endUpload(id);
    expect(sent.map(({ method, address, body }) => [method, address, body])).toEqual([
      ["HEAD", `/api/tus/${id}`, ""],
      ["PATCH", `/api/tus/${id}`, "lo"],
      ["GET", `/api/tus/${id}`, ""],
      ["GET", "/api/items/files/f1", ""],
      ["DELETE", `/api/tus/${id}`, ""],
    ]);
  });

  test("ends where the server refuses it, and small ones are sent at once", async () => {
    const refused = storageOf([begun, refusedBy(403, "FORBIDDEN")]);
    expect(await codeOf(refused.storage.bucket("photos").upload("a", new Blob(["x"]), { resumable: true }))).toBe(
      "FORBIDDEN",
    );
    const { sent, storage } = storageOf([stored]);
    await storage.bucket("photos").upload("a", new Blob(["x"]));
    expect(sent.map(({ method }) => method)).toEqual(["PUT"]);
  });
});

describe("a download", () => {
  const headers = {
    etag: '"c1"',
    "content-type": "text/plain",
    "content-length": "5",
    "last-modified": "Sun, 29 Nov 2026 20:00:00 GMT",
  };

  test("has the bytes and what is known of them", async () => {
    const { sent, storage } = storageOf([() => new Response("hello", { headers })]);
    const file = await storage.bucket("b").get("a/b.txt");
    expect([file.etag, file.size, file.contentType, file.lastModified?.toISOString()]).toEqual([
      '"c1"',
      5,
      "text/plain",
      "2026-11-29T20:00:00.000Z",
    ]);
    expect(await file.text()).toBe("hello");
    expect(sent[0]).toMatchObject({ method: "GET", address: "/api/files/b/a/b.txt" });
  });

  test("of a range has the size of the whole", async () => {
    const part = { ...headers, "content-length": "2", "content-range": "bytes 1-2/5" };
    const { sent, storage } = storageOf([() => new Response("el", { status: 206, headers: part })]);
    const bucket = storage.bucket("b");
    const file = await bucket.get("a", { range: { first: 1, last: 2 } });
    expect([file.size, await file.text()]).toEqual([5, "el"]);
    await bucket.get("a", { range: { first: 3 } });
    expect(sent.map(({ headers }) => headers.get("range"))).toEqual(["bytes=1-2", "bytes=3-"]);
  });

  test("of what the caller has is null", async () => {
    const { sent, storage } = storageOf([() => new Response(null, { status: 304 })]);
    expect(await storage.bucket("b").get("a", { ifNoneMatch: '"c1"' })).toBeNull();
    expect(sent[0]!.headers.get("if-none-match")).toBe('"c1"');
  });

  test("of nothing throws", async () => {
    const { storage } = storageOf([refusedBy(404, "NOT_FOUND")]);
    expect(await codeOf(storage.bucket("b").get("a"))).toBe("NOT_FOUND");
  });

  test("by HEAD brings no bytes", async () => {
    const { sent, storage } = storageOf([() => new Response(null, { headers })]);
    expect(await storage.bucket("b").head("a")).toMatchObject({ etag: '"c1"', size: 5 });
    expect(sent[0]!.method).toBe("HEAD");
  });
});

test("files are deleted and moved, one by one or with their folder", async () => {
  const { sent, storage } = storageOf([data({ deleted: 3, moved: 3 })]);
  const bucket = storage.bucket("b");
  await bucket.delete("a", { ifMatch: '"c1"' });
  expect(await bucket.deleteFolder("a/b")).toBe(3);
  await bucket.move("a", "c");
  expect(await bucket.moveFolder("a", "c")).toBe(3);
  expect(sent.map(({ method, address, body }) => [method, address, body && JSON.parse(body)])).toEqual([
    ["DELETE", "/api/files/b/a", ""],
    ["DELETE", "/api/files/b/a/b?tree=true", ""],
    ["POST", "/api/files/move", { bucket: "b", from: "a", to: "c" }],
    ["POST", "/api/files/move", { bucket: "b", from: "a", to: "c", tree: true }],
  ]);
  expect(sent[0]!.headers.get("if-match")).toBe('"c1"');
  expect(sent.every(({ headers }) => headers.has("idempotency-key"))).toBe(true);
});

describe("a folder", () => {
  const page =
    (names: readonly string[], cursor: string | null): Answer =>
    () =>
      Response.json({ data: names.map((name) => ({ name })), has_more: cursor !== null, next_cursor: cursor });
  const namesIn = async (entries: AsyncIterable<{ name: string }>) => {
    const names: string[] = [];
    for await (const { name } of entries) names.push(name);
    return names;
  };

  test("is listed by the page, or as a whole", async () => {
    const { sent, storage } = storageOf([page(["x"], "n"), page(["a", "b"], "n"), page(["c"], null)]);
    const bucket = storage.bucket("b");
    expect(await bucket.list("2026/11", { limit: 1 })).toMatchObject({ has_more: true, next_cursor: "n" });
    expect(await namesIn(bucket.all())).toEqual(["a", "b", "c"]);
    expect(sent.map(({ address }) => address)).toEqual([
      "/api/folders/b?limit=1&prefix=2026%2F11",
      "/api/folders/b?limit=200",
      "/api/folders/b?limit=200&cursor=n",
    ]);
  });

  test("has all files below it", async () => {
    const { sent, storage } = storageOf([page(["a"], "n"), page(["b"], null)]);
    expect(await namesIn(storage.bucket("b").tree("$x"))).toEqual(["a", "b"]);
    const below = { bucket: "b", $or: [{ folder: { $literal: "$x" } }, { folder: { _starts_with: "$x/" } }] };
    expect(sent.map(({ body }) => JSON.parse(body))).toEqual([
      { filter: below, sort: ["path"], limit: 200, cursor: "" },
      { filter: below, sort: ["path"], limit: 200, cursor: "n" },
    ]);
  });
});

test("access keys of S3 are made, listed and revoked", async () => {
  const { sent, storage } = storageOf([data({ id: "k" })]);
  const { s3Keys } = storage;
  await s3Keys.list({ limit: 2 });
  expect(await s3Keys.create({ name: "backup", read_only: true })).toMatchObject({ id: "k" });
  await s3Keys.revoke("k/1");
  expect(sent.map(({ method, address, body }) => [method, address, body])).toEqual([
    ["GET", "/api/s3-keys?limit=2", ""],
    ["POST", "/api/s3-keys", '{"name":"backup","read_only":true}'],
    ["DELETE", "/api/s3-keys/k%2F1", ""],
  ]);
  expect(sent[1]!.headers.get("idempotency-key")).not.toBeNull();
});

test("buckets are made, read, changed and deleted", async () => {
  const { sent, storage } = storageOf([data({ name: "b" })]);
  const { buckets } = storage;
  await buckets.list({ limit: 2 });
  await buckets.one("b");
  await buckets.create({ name: "b", public: true });
  await buckets.update("b", { max_bytes: 1 });
  await buckets.delete("b");
  expect(sent.map(({ method, address, body }) => [method, address, body])).toEqual([
    ["GET", "/api/buckets?limit=2", ""],
    ["GET", "/api/buckets/b", ""],
    ["POST", "/api/buckets", '{"name":"b","public":true}'],
    ["PATCH", "/api/buckets/b", '{"max_bytes":1}'],
    ["DELETE", "/api/buckets/b", ""],
  ]);
});

test("the address of a file is for pages", () => {
  const { storage } = storageOf([stored], "acme");
  const photos = storage.bucket("photos");
  expect(photos.url("a b.png")).toBe("https://server.test/api/t/acme/files/photos/a%20b.png");
  expect(photos.url("a.png", { download: true })).toEndWith("/files/photos/a.png?disposition=attachment");
  expect(photos.imageUrl("a.png", { preset: "thumb" })).toEndWith("/files/photos/a.png?preset=thumb");
  expect(photos.imageUrl("a.png", { width: 9, position: "0.1,1", strip: false, download: true })).toEndWith(
    "/a.png?disposition=attachment&width=9&position=0.1%2C1&strip=false",
  );
  expect(() => photos.imageUrl("a.png", { widht: 9 } as never)).toThrow("did you mean width?");
});

test("no path leads elsewhere, and no option is misspelt", async () => {
  const { sent, storage } = storageOf([stored]);
  const bucket = storage.bucket("b");
  for (const path of ["", "/a", "a/", "a//b", "..", "a/../b", "./a"]) {
    for (const call of [() => bucket.get(path), () => bucket.put(path, "x"), () => bucket.deleteFolder(path)])
      await expect(call()).rejects.toBeInstanceOf(TypeError);
    expect(() => bucket.url(path)).toThrow(TypeError);
  }
  expect(() => storage.bucket("")).toThrow(TypeError);
  await expect(bucket.put("a", "x", { ifNew: true } as object)).rejects.toThrow("there is no option ifNew");
  await expect(bucket.list("a", { limits: 3 } as object)).rejects.toThrow("did you mean limit?");
  expect(sent).toEqual([]);
});
