import { beforeAll, expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const store = memoryFileStore();
let world: TestApp;
let operator: Record<string, string>;

beforeAll(async () => {
  world = testApp({}, { files: async () => store });
  operator = bearer(await world.signUp("operator@example.com"));
  for (const body of [{ name: "docs" }, { name: "open", public: true, cache_seconds: 60, max_bytes: 100 }]) {
    const made = await world.send("/api/buckets", body, operator);
    expect([made.status, await made.text()]).toEqual([201, expect.stringContaining(body.name)]);
  }
});

const at = (path: string): string => `/api/files/${path}`;
const put = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  world.call(at(path), { method: "PUT", body, headers: { ...operator, "content-type": "text/plain", ...headers } });
const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  world.call(at(path), { method, headers: { ...operator, ...headers } });

test("a file comes back as it was sent", async () => {
  const sent = await put("docs/a/größe 1.txt", "hello", { "x-file-metadata": '{"by":"me"}' });
  expect(sent.status).toBe(201);
  const { data } = (await sent.json()) as { data: Record<string, unknown> };
  expect(data).toMatchObject({
    path: "a/größe 1.txt",
    folder: "a",
    name: "größe 1.txt",
    size: 5,
    metadata: { by: "me" },
  });
  expect(sent.headers.get("etag")).toBe(`"${data.content}"`);
  const answer = await get("docs/a/gr%C3%B6%C3%9Fe%201.txt");
  expect([answer.status, await answer.text()]).toEqual([200, "hello"]);
  const headers = Object.fromEntries(answer.headers);
  expect(headers).toMatchObject({
    etag: `"${data.content}"`,
    "content-type": "text/plain; charset=utf-8",
    "content-length": "5",
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
    "content-disposition": "inline; filename=\"gr__e 1.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%201.txt",
  });
  expect(headers["content-security-policy"]).toContain("sandbox");
  const head = await get("docs/a/größe 1.txt", {}, "HEAD");
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "5", ""]);
  expect((await put("docs/a/größe 1.txt", "again")).status).toBe(200);
});

test("ranges and conditions", async () => {
  const tag = (await put("docs/r.txt", "0123456789")).headers.get("etag")!;
  const one = await get("docs/r.txt", { range: "bytes=2-4" });
  expect([one.status, one.headers.get("content-range"), await one.text()]).toEqual([206, "bytes 2-4/10", "234"]);
  const several = await get("docs/r.txt", { range: "bytes=0-1,-2" });
  const text = await several.text();
  expect([several.status, several.headers.get("content-length")]).toEqual([206, String(text.length)]);
  const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(several.headers.get("content-type")!)![1]!;
  const head = (range: string) =>
    `\r\n--${boundary}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-range: bytes ${range}/10\r\n\r\n`;
  expect(text).toBe(`${head("0-1")}01${head("8-9")}89\r\n--${boundary}--\r\n`);
  const beyond = await get("docs/r.txt", { range: "bytes=10-" });
  expect(beyond.headers.get("content-range")).toBe("bytes */10");
  expect(await refusalIn(beyond)).toEqual([416, "RANGE_NOT_SATISFIABLE"]);
  const same = await get("docs/r.txt", { "if-none-match": `W/${tag}` });
  expect([same.status, same.headers.get("etag"), await same.text()]).toEqual([304, tag, ""]);
  const other = { range: "bytes=0-0", "if-range": '"other"' };
  expect((await get("docs/r.txt", other)).status).toBe(200);
  expect((await get("docs/r.txt", { ...other, "if-range": tag })).status).toBe(206);
  expect((await get("docs/r.txt", { "if-match": '"other"' })).status).toBe(412);
  const date = (await get("docs/r.txt")).headers.get("last-modified")!;
  expect((await get("docs/r.txt", { "if-modified-since": date })).status).toBe(304);
  // A file may have changed within the second that the date names.
  expect((await get("docs/r.txt", { ...other, "if-range": date })).status).toBe(200);
  expect((await get("docs/r.txt", { "if-modified-since": date, "if-none-match": '"other"' })).status).toBe(200);
});

test("a write with a condition", async () => {
  const tag = (await put("docs/c.txt", "one")).headers.get("etag")!;
  expect(await refusalIn(await put("docs/c.txt", "two", { "if-none-match": "*" }))).toEqual([
    412,
    "PRECONDITION_FAILED",
  ]);
  expect(await refusalIn(await put("docs/c.txt", "two", { "if-match": '"other"' }))).toEqual([
    412,
    "PRECONDITION_FAILED",
  ]);
  expect((await put("docs/c.txt", "two", { "if-match": tag })).status).toBe(200);
  expect((await get("docs/c.txt", { "if-match": tag }, "DELETE")).status).toBe(412);
  expect((await get("docs/c.txt", {}, "DELETE")).status).toBe(200);
  expect(await refusalIn(await get("docs/c.txt"))).toEqual([404, "NOT_FOUND"]);
});

test("what is wrong with an upload is said, and nothing is stored", async () => {
  const wrong = (path: string, body: BodyInit, headers?: Record<string, string>) =>
    put(path, body, headers).then(refusalIn);
  expect(await wrong("docs/x%2F..%2Fy", "x")).toEqual([422, "VALIDATION", "path"]);
  expect(await wrong("docs/x%ff", "x")).toEqual([422, "VALIDATION", "path"]);
  expect(await wrong("docs/x%00", "x")).toEqual([422, "VALIDATION", "path"]);
  expect(await wrong("none/x", "x")).toEqual([404, "NOT_FOUND", "bucket"]);
  expect(await wrong("open/x", "x".repeat(101))).toEqual([413, "BODY_TOO_LARGE"]);
  expect(await wrong("docs/x", "x", { "x-file-sha256": "0".repeat(64) })).toEqual([422, "VALIDATION", "sha256"]);
  expect(await wrong("docs/x", "x", { "content-digest": `sha-256=:${"A".repeat(43)}=:` })).toEqual([
    422,
    "VALIDATION",
    "sha256",
  ]);
  expect(await wrong("docs/x", "x", { "x-file-metadata": "[]" })).toEqual([422, "VALIDATION", "x-file-metadata"]);
  expect(await wrong("docs/x", "x", { "content-encoding": "gzip" })).toEqual([
    415,
    "UNSUPPORTED_MEDIA_TYPE",
    "content-encoding",
  ]);
  expect(await refusalIn(await get("docs/x"))).toEqual([404, "NOT_FOUND"]);
});

test("a page is never shown as one", async () => {
  await put("open/page.txt", "<!doctype html><script>alert(1)</script>");
  const answer = await world.call(at("open/page.txt?disposition=inline"));
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("content-disposition")]).toEqual([
    200,
    "text/html; charset=utf-8",
    'attachment; filename="page.txt"',
  ]);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
});

test("strangers read public buckets alone, and learn nothing of others", async () => {
  await put("docs/secret.txt", "secret");
  await put("open/file.txt", "open");
  const asked = async (path: string, init: RequestInit = {}) =>
    (await refusalIn(await world.call(at(path), init))).slice(0, 2);
  expect(await (await world.call(at("open/file.txt"))).text()).toBe("open");
  for (const path of ["docs/secret.txt", "docs/none.txt"]) {
    expect(await asked(path)).toEqual([401, "UNAUTHORIZED"]);
    expect(await asked(path, { method: "DELETE" })).toEqual([401, "UNAUTHORIZED"]);
    expect(await asked(path, { method: "PUT", body: "x", headers: { "if-none-match": "*" } })).toEqual([
      401,
      "UNAUTHORIZED",
    ]);
  }
  expect((await world.send("/api/buckets", undefined, {}, "GET")).status).toBe(401);
});

test("a form stores its files in a folder", async () => {
  const form = new FormData();
  form.append("folder", "form");
  form.append("file", new File(["one"], "1.txt", { type: "text/plain" }));
  form.append("file", new File(["x".repeat(300_000)], "größe.txt", { type: "text/plain" }));
  const sent = await world.call("/api/files/docs", { method: "POST", body: form, headers: operator });
  const { data } = (await sent.json()) as { data: { path: string; size: number }[] };
  expect([sent.status, data.map(({ path, size }) => [path, size])]).toEqual([
    201,
    [
      ["form/1.txt", 3],
      ["form/größe.txt", 300_000],
    ],
  ]);
  expect(await (await get("docs/form/1.txt")).text()).toBe("one");
});

const partOf = (name: string, end = "\r\n--b--\r\n") =>
  `--b\r\ncontent-disposition: form-data; name=a${name}\r\n\r\nx${end}`;

test.each([
  [partOf('; filename="../x"'), [422, "VALIDATION", "path"]],
  [partOf('; filename="cut.txt"', ""), [400, "BAD_REQUEST"]],
  [partOf(""), [422, "VALIDATION", "file"]],
  ["no form at all", [400, "BAD_REQUEST"]],
])("a form that is wrong stores nothing: %#", async (body, refusal) => {
  const headers = { ...operator, "content-type": "multipart/form-data; boundary=b" };
  const answer = await world.call("/api/files/docs", { method: "POST", body, headers });
  expect(await refusalIn(answer)).toEqual(refusal as never);
  expect(await refusalIn(await get("docs/cut.txt"))).toEqual([404, "NOT_FOUND"]);
});

test("a user's files go with the user", async () => {
  for (const action of ["create", "read"]) {
    const rule = { role: "authenticated", collection: "files", action, condition: { owner_id: "$user.id" } };
    expect((await world.send("/api/permissions", rule, operator)).status).toBe(201);
  }
  const user = bearer(await world.signUp("ann@example.com"));
  expect((await put("docs/ann/own.txt", "own", user)).status).toBe(201);
  expect((await get("docs/ann/own.txt", user)).status).toBe(200);
  const { data } = (await (await world.call("/api/users?email=ann@example.com", { headers: operator })).json()) as {
    data: { id: string }[];
  };
  expect(await (await world.call("/api/items/file_contents", { headers: operator })).text()).not.toContain(data[0]!.id);
  const removed = await world.send(`/api/users/${data[0]!.id}?items=delete`, undefined, operator, "DELETE");
  expect([removed.status, ((await removed.json()) as { data: unknown }).data]).toMatchObject([200, { complete: true }]);
  expect(await refusalIn(await get("docs/ann/own.txt"))).toEqual([404, "NOT_FOUND"]);
});

test("a host without a place for files says which setting is missing", async () => {
  const bare = testApp();
  const as = bearer(await bare.signUp("operator@example.com"));
  const refusal = await bare.send("/api/buckets", { name: "nowhere" }, as);
  expect([refusal.status, await refusal.text()]).toEqual([501, expect.stringContaining("S3_BUCKET")]);
});
