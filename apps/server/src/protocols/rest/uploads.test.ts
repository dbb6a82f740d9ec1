import { beforeAll, expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

let now = Date.now();
let world: TestApp;
let operator: Record<string, string>;
let ann: Record<string, string>;

interface Upload {
  readonly id: string;
  readonly parts: { readonly number: number; readonly size: number; readonly method: string; readonly url: string }[];
}

beforeAll(async () => {
  const store = memoryFileStore();
  world = testApp({}, { files: async () => store, clock: { now: () => now } });
  operator = bearer(await world.signUp("operator@example.com"));
  ann = bearer(await world.signUp("ann@example.com"));
  for (const [path, body] of [
    ["/api/buckets", { name: "docs", max_bytes: 40_000_000, content_types: ["text/plain"] }],
    ["/api/permissions", { role: "authenticated", collection: "files", action: "create", check: { folder: "" } }],
    ["/api/permissions", { role: "authenticated", collection: "files", action: "read" }],
  ] as const)
    expect((await world.send(path, body, operator)).status).toBe(201);
});

const begin = (path: string, size: number, more: object = {}, as = ann) =>
  world.send("/api/uploads", { bucket: "docs", path, size, content_type: "text/plain", ...more }, as);
async function begun(path: string, size: number, more: object = {}): Promise<Upload> {
  const answer = await begin(path, size, more);
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { data: Upload }).data;
}
const sendTo = (url: string, body: BodyInit) => world.call(url, { method: "PUT", body, from: "203.0.113.7" });
const complete = (id: string, as = ann, body?: object) => world.send(`/api/uploads/${id}/complete`, body, as);
const read = async (path: string) => (await world.call(`/api/files/docs/${path}`, { headers: ann })).text();

async function refusal(answer: Response | Promise<Response>): Promise<unknown> {
  const { status, ...response } = { status: (await answer).status, body: await (await answer).json() };
  const { error } = response.body as { error: { code: string; details?: { field?: string; reason?: string } } };
  return [status, error.code, error.details?.field ?? error.details?.reason];
}

test("a file is sent by a URL without credentials, and is there when it is complete", async () => {
  const { id, parts } = await begun("a.txt", 5, { metadata: { by: "Ann" } });
  expect(parts).toEqual([
    {
      number: 1,
      size: 5,
      method: "PUT",
      url: expect.stringMatching(/^http:\/\/localhost:8787\/api\/uploads\/.+\/parts\?number=1&/),
    },
  ]);
  expect(await refusal(complete(id))).toEqual([409, "CONFLICT", "parts"]);
  expect((await sendTo(parts[0]!.url, "hello")).status).toBe(200);
  expect((await world.call("/api/files/docs/a.txt", { headers: ann })).status).toBe(404);
  const done = await complete(id);
  const { data } = (await done.json()) as { data: Record<string, unknown> };
  expect([done.status, data]).toMatchObject([
    201,
    { path: "a.txt", size: 5, content_type: "text/plain", metadata: { by: "Ann" } },
  ]);
  expect(done.headers.get("etag")).toBe(`"${data.content}"`);
  expect(await read("a.txt")).toBe("hello");
  expect((await complete(id)).status).toBe(200);
  // Its URL writes nothing any more.
  expect((await sendTo(parts[0]!.url, "later")).status).toBe(409);
  expect(await read("a.txt")).toBe("hello");
});

test("several parts come in any order, and those that are missing get new URLs", async () => {
  const size = 16 * 1024 ** 2 + 3;
  const { id, parts } = await begun("large.txt", size, { in_parts: true });
  expect(parts.map((part) => [part.number, part.size])).toEqual([
    [1, 16 * 1024 ** 2],
    [2, 3],
  ]);
  expect((await sendTo(parts[1]!.url, "end")).status).toBe(200);
  const now = (await (await world.call(`/api/uploads/${id}`, { headers: ann })).json()) as { data: Upload };
  expect(now.data.parts.map(({ number }) => number)).toEqual([1]);
  expect(await refusal(complete(id))).toEqual([409, "CONFLICT", "parts"]);
  expect((await sendTo(now.data.parts[0]!.url, new Uint8Array(16 * 1024 ** 2).fill(97))).status).toBe(200);
  expect((await complete(id)).status).toBe(201);
  expect((await read("large.txt")).slice(-4)).toBe("aend");
});

test("an empty file has no parts", async () => {
  const { id, parts } = await begun("empty.txt", 0);
  expect(parts).toEqual([]);
  expect((await complete(id)).status).toBe(201);
  expect(await read("empty.txt")).toBe("");
});

test("a URL is for its part, its length and its time", async () => {
  const { id, parts } = await begun("b.txt", 5);
  const url = new URL(parts[0]!.url);
  const INVALID = [403, "FORBIDDEN", "signature"];
  const long = { method: "PUT", body: "longer than 5", headers: { "content-length": "13" } };
  expect(await refusal(world.call(url.href, long))).toEqual([422, "VALIDATION", "content-length"]);
  expect(await refusal(sendTo(url.href, "longer than 5"))).toEqual([400, "BAD_REQUEST", undefined]);
  expect(await refusal(sendTo(url.href.replace("number=1", "number=2"), "hello"))).toEqual(INVALID);
  expect(await refusal(sendTo(url.href.replace(id, crypto.randomUUID()), "hello"))).toEqual(INVALID);
  expect(await refusal(sendTo(`${url.href}x`, "hello"))).toEqual(INVALID);
  expect((await world.call(url.href)).status).toBe(405);
  expect(await refusal(sendTo(`${url.origin}${url.pathname}?number=1`, "hello"))).toEqual([
    404,
    "NOT_FOUND",
    undefined,
  ]);
  const before = now;
  now += 3_600_001;
  expect(await refusal(sendTo(url.href, "hello"))).toEqual([403, "FORBIDDEN", "expired"]);
  now = before;
  expect((await world.send("/api/files/revoke", { bucket: "docs" }, operator)).status).toBe(200);
  expect(await refusal(sendTo(url.href, "hello"))).toEqual(INVALID);
});

test("bytes, rules and limits are checked when it begins and at its end", async () => {
  expect(await refusal(begin("f/x.txt", 1))).toEqual([403, "FORBIDDEN", undefined]);
  expect(await refusal(begin("x.txt", 1, {}, {}))).toEqual([401, "UNAUTHORIZED", undefined]);
  expect(await refusal(begin("x.txt", 40_000_001))).toEqual([413, "BODY_TOO_LARGE", undefined]);
  expect(await refusal(begin("x.txt", -1))).toEqual([422, "VALIDATION", "size"]);
  expect(await refusal(begin("../x.txt", 1))).toEqual([422, "VALIDATION", "path"]);
  expect(await refusal(begin("x.txt", 1, { sha256: "0" }))).toEqual([422, "VALIDATION", "sha256"]);
  const upload = async (path: string, text: string, more: object = {}) => {
    const { id, parts } = await begun(path, text.length, more);
    expect((await sendTo(parts[0]!.url, text)).status).toBe(200);
    return id;
  };
  const ended = async (id: string) =>
    expect((await world.call(`/api/uploads/${id}`, { headers: ann })).status).toBe(404);
  const hash = await upload("c.txt", "hello", { sha256: "0".repeat(64) });
  expect(await refusal(complete(hash))).toEqual([422, "VALIDATION", "sha256"]);
  await ended(hash);
  const page = await upload("d.txt", "<!doctype html><script>alert(1)</script>");
  expect(await refusal(complete(page))).toEqual([415, "UNSUPPORTED_MEDIA_TYPE", undefined]);
  const [first, second] = [
    await upload("e.txt", "1", { if_absent: true }),
    await upload("e.txt", "2", { if_absent: true }),
  ];
  expect((await complete(first)).status).toBe(201);
  expect(await refusal(complete(second))).toEqual([412, "PRECONDITION_FAILED", undefined]);
  expect(await read("e.txt")).toBe("1");
});

test("an upload is for whoever began it, who may end it", async () => {
  const { id, parts } = await begun("g.txt", 5);
  const ben = bearer(await world.signUp("ben@example.com"));
  for (const as of [ben, {}]) {
    expect((await world.call(`/api/uploads/${id}`, { headers: as })).status).toBe(404);
    expect((await complete(id, as)).status).toBe(404);
    expect((await world.send(`/api/uploads/${id}`, undefined, as, "DELETE")).status).toBe(404);
  }
  expect((await world.send(`/api/uploads/${id}`, undefined, ann, "DELETE")).status).toBe(200);
  expect((await world.call(`/api/uploads/${id}`, { headers: ann })).status).toBe(404);
  expect(await refusal(sendTo(parts[0]!.url, "hello"))).toEqual([403, "FORBIDDEN", "signature"]);
});
