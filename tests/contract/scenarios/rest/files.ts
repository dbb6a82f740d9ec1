import { as } from "../../as.ts";
import { bucket, file, head, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { aText, aUuid } from "../../match.ts";
import {
  created,
  dataOf,
  del,
  get,
  INTERNALS,
  ok,
  post,
  type Reply,
  refused,
  type Scenario,
  type Seen,
  withHeaders,
} from "../../scenario.ts";
import type { World } from "../../world.ts";

const has = (text: string, headers: Record<string, string | RegExp | null> = {}) => ({
  status: 200,
  contains: [text],
  excludes: INTERNALS,
  headers,
});
const nothing = refused(404, "NOT_FOUND");
const tagIn = (n: number, { replies }: Seen): string => `"${dataOf(replies[n], "content")}"`;
const SHA256_OF_HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

/** Fifty at once; the one that makes the file is read back. */
async function race(_: Reply, world: World): Promise<void> {
  const path = "round/race.txt";
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, n) => world.send(as.secretKey, upload(path, `text ${n}`, { "if-none-match": "*" }))),
  );
  const won = all.flatMap(({ status }, n) => (status === 201 ? [n] : []));
  const lost = all.filter(({ status }) => status === 412).length;
  if (won.length !== 1 || lost !== 49) throw new Error(`of 50, ${won.length} made the file, and ${lost} were refused`);
  const { text } = await world.send(as.secretKey, get(file(path)));
  if (text !== `text ${won[0]}`) throw new Error(`the file is ${text}, but number ${won[0]} has made it`);
}

export const scenarios: Scenario[] = [
  {
    name: "files: stored, read, replaced and deleted, by whoever the rules let",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("round")],
    request: upload("round/notes/größe 1.txt", "hello", { "x-file-metadata": '{"by":"me"}' }),
    expect: created({
      data: {
        id: aUuid,
        bucket: "round",
        path: "notes/größe 1.txt",
        folder: "notes",
        name: "größe 1.txt",
        size: 5,
        content_type: "text/plain",
        sha256: SHA256_OF_HELLO,
        state: "ready",
        metadata: { by: "me" },
      },
    }),
    then: [
      {
        request: get(file("round/notes/gr%C3%B6%C3%9Fe%201.txt")),
        expect: has("hello", {
          "content-type": "text/plain; charset=utf-8",
          "x-content-type-options": "nosniff",
          "content-security-policy": /sandbox/,
          "cache-control": "private, no-cache",
          "accept-ranges": "bytes",
          "content-disposition": "inline; filename=\"gr__e 1.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%201.txt",
          etag: /^"[0-9a-f-]{36}"$/,
        }),
      },
      { request: head("round/notes/größe 1.txt"), expect: { status: 200, excludes: ["hello"] } },
      {
        request: get("/api/items/files", { filter: { path: "notes/größe 1.txt" } }),
        expect: ok({ data: [{ bucket: "round", size: 5, sha256: SHA256_OF_HELLO }] }),
      },
      {
        request: upload("round/notes/größe 1.txt", "replaced"),
        expect: ok({ data: { size: 8, metadata: { by: "me" } } }),
      },
      { request: get(file("round/notes/größe 1.txt")), expect: has("replaced") },
      { request: get("/api/folders/round"), expect: ok({ data: [{ kind: "folder", name: "notes", path: "notes" }] }) },
      {
        request: get("/api/folders/round", { prefix: "notes" }),
        expect: ok({ data: [{ kind: "file", name: "größe 1.txt" }], has_more: false }),
      },
      { request: post("/api/items/files", { path: "x" }), expect: refused(403, "FORBIDDEN") },
      { request: del("/api/buckets/round"), expect: refused(409, "CONFLICT") },
      { as: as.anonymous, request: get(file("round/notes/größe 1.txt")), expect: refused(401, "UNAUTHORIZED") },
      { as: as.publicKey, request: upload("round/x.txt", "x"), expect: refused(403, "FORBIDDEN") },
      { as: as.otherSecretKey, request: get(file("round/notes/größe 1.txt")), expect: nothing },
      { request: del(file("round/notes/größe 1.txt")), expect: ok({ data: { deleted: 1 } }) },
      { request: get(file("round/notes/größe 1.txt")), expect: nothing },
    ],
  },
  {
    name: "files: of fifty that make one file, one does",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("round")],
    request: upload("round/race/first.txt", "x"),
    expect: created(),
    verify: race,
  },
  {
    name: "files: a write and a read on conditions",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("round")],
    request: upload("round/cond.txt", "0123456789"),
    expect: created({ data: { content: aUuid } }),
    then: [
      { request: upload("round/cond.txt", "x", { "if-none-match": "*" }), expect: refused(412, "PRECONDITION_FAILED") },
      {
        request: upload("round/cond.txt", "x", { "if-match": '"other"' }),
        expect: refused(412, "PRECONDITION_FAILED"),
      },
      { request: upload("round/none.txt", "x", { "if-match": "*" }), expect: refused(412, "PRECONDITION_FAILED") },
      {
        request: upload("round/cond.txt", "x", { "if-none-match": '"a"' }),
        expect: refused(422, "VALIDATION", "if-none-match"),
      },
      {
        request: (seen) => withHeaders(get(file("round/cond.txt")), { "if-none-match": tagIn(0, seen) }),
        expect: { status: 304, excludes: ["0123"] },
      },
      {
        request: withHeaders(get(file("round/cond.txt")), { "if-match": '"other"' }),
        expect: refused(412, "PRECONDITION_FAILED"),
      },
      {
        request: withHeaders(get(file("round/cond.txt")), { range: "bytes=2-4" }),
        expect: { status: 206, contains: ["234"], excludes: ["0", "5"], headers: { "content-range": "bytes 2-4/10" } },
      },
      {
        request: withHeaders(get(file("round/cond.txt")), { range: "bytes=-2,0-1" }),
        expect: {
          status: 206,
          contains: ["content-range: bytes 8-9/10\r\n\r\n89", "content-range: bytes 0-1/10\r\n\r\n01"],
          excludes: INTERNALS,
          headers: { "content-type": /^multipart\/byteranges; boundary=/ },
        },
      },
      {
        request: withHeaders(get(file("round/cond.txt")), { range: "bytes=10-" }),
        expect: { ...refused(416, "RANGE_NOT_SATISFIABLE"), headers: { "content-range": "bytes */10" } },
      },
      {
        request: withHeaders(get(file("round/cond.txt")), { range: "bytes=0-1", "if-range": '"other"' }),
        expect: has("0123456789"),
      },
      {
        request: (seen) => upload("round/cond.txt", "new", { "if-match": tagIn(0, seen) }),
        expect: ok({ data: { size: 3 } }),
      },
      {
        request: (seen) => withHeaders(del(file("round/cond.txt")), { "if-match": tagIn(0, seen) }),
        expect: refused(412, "PRECONDITION_FAILED"),
      },
    ],
  },
  {
    name: "files: HEAD says how long one is",
    skip: ({ target }) =>
      target.startsWith("vercel edge") ? "the emulator of Vercel's edge removes Content-Length" : undefined,
    as: as.secretKey,
    needs: [bucket("measured")],
    request: upload("measured/a.txt", "hello"),
    expect: created(),
    then: [
      {
        request: head("measured/a.txt"),
        expect: { status: 200, excludes: ["hello"], headers: { "content-length": "5" } },
      },
    ],
  },
  {
    name: "files: hostile names, wrong lengths and hashes store nothing",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("strict", { max_bytes: 10, content_types: ["text/plain", "image/*"] })],
    request: upload("strict/a%2F..%2Fb", "x"),
    expect: refused(422, "VALIDATION", "path"),
    then: [
      ...["%00", "a%0Ab", "a%5Cb", "%2Fa", "a%2F", "a%2F%2Fb", "a%E2%80%AEtxt", "%FF", "x".repeat(800)].map((name) => ({
        request: upload(`strict/${name}`, "x"),
        expect: refused(422, "VALIDATION", "path"),
      })),
      // A gateway of Lambda decodes the path, so that it leads elsewhere.
      { request: upload("strict/%2E%2E%2Fa%2F.", "x"), expect: { status: [404, 422], excludes: ['"data"'] } },
      { request: upload("strict/large", "01234567890"), expect: refused(413, "BODY_TOO_LARGE") },
      {
        request: upload("strict/hash", "x", { "x-file-sha256": "0".repeat(64) }),
        expect: refused(422, "VALIDATION", "sha256"),
      },
      { request: upload("strict/hash", "hello", { "x-file-sha256": SHA256_OF_HELLO }), expect: created() },
      { request: upload("strict/page", "<html></html>".slice(0, 10)), expect: refused(415, "UNSUPPORTED_MEDIA_TYPE") },
      {
        request: upload("strict/zip", "x", { "content-encoding": "gzip" }),
        expect: refused(415, "UNSUPPORTED_MEDIA_TYPE"),
      },
      { request: upload("none/x", "x"), expect: refused(404, "NOT_FOUND", "bucket") },
      {
        request: get("/api/items/files", { filter: { bucket: "strict" } }),
        expect: ok({ data: [{ path: "hash" }] }),
      },
    ],
  },
  {
    name: "files: what browsers run is saved and never shown, whatever it calls itself",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("public-pages", { public: true, cache_seconds: 60 })],
    request: upload("public-pages/cat.png", "<!doctype html><script>alert(1)</script>", {
      "content-type": "image/png",
    }),
    expect: created({ data: { content_type: "text/html" } }),
    then: [
      {
        as: as.anonymous,
        request: get(file("public-pages/cat.png"), { disposition: "inline" }),
        expect: has("<script>", {
          "content-disposition": 'attachment; filename="cat.png"',
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": /sandbox/,
          "cache-control": "public, max-age=60",
        }),
      },
      {
        request: upload("public-pages/x.txt", '<?xml version="1.0"?><!-- a --><svg onload="alert(1)"/>'),
        expect: created({ data: { content_type: "image/svg+xml" } }),
      },
      {
        as: as.anonymous,
        request: get(file("public-pages/x.txt")),
        expect: has("<svg", { "content-disposition": 'attachment; filename="x.txt"' }),
      },
      {
        request: upload("public-pages/text.png", "no picture", { "content-type": "image/png" }),
        expect: created({ data: { content_type: "application/octet-stream" } }),
      },
      { as: as.anonymous, request: get("/api/folders/public-pages"), expect: refused(401, "UNAUTHORIZED") },
    ],
  },
  {
    name: "files: buckets are for administrators",
    skip: onHostsWithFiles,
    as: as.secretKey,
    request: post("/api/buckets", { name: "kept-pages", cache_seconds: 5 }),
    expect: created({ data: { name: "kept-pages", public: false, content_types: null, cache_seconds: 5 } }),
    then: [
      { request: post("/api/buckets", { name: "kept-pages" }), expect: refused(409, "CONFLICT", "name") },
      { request: post("/api/buckets", { name: "No" }), expect: refused(422, "VALIDATION", "name") },
      { request: post("/api/buckets", { name: "move" }), expect: refused(422, "VALIDATION", "name") },
      {
        request: post("/api/files/fetch", { url: "http://127.0.0.1/x", bucket: "kept-pages", path: "x" }),
        expect: refused(403, "FORBIDDEN", "bucket"),
      },
      {
        request: { method: "PATCH", path: "/api/buckets/kept-pages", body: { from_urls: true } },
        expect: ok({ data: { from_urls: true } }),
      },
      {
        request: post("/api/files/fetch", { url: "http://127.0.0.1/x", bucket: "kept-pages", path: "x" }),
        expect: refused(422, "VALIDATION", "url"),
      },
      {
        request: {
          method: "PATCH",
          path: "/api/buckets/kept-pages",
          body: { public: true, content_types: ["image/*"] },
        },
        expect: ok({ data: { public: true, content_types: ["image/*"], cache_seconds: 5 } }),
      },
      { request: get("/api/buckets/kept-pages"), expect: ok({ data: { public: true } }) },
      { request: get("/api/buckets", { limit: 1 }), expect: ok({ data: [{ name: aText }] }) },
      { as: as.anonymous, request: get("/api/buckets"), expect: refused(401, "UNAUTHORIZED") },
      { as: as.user("alice"), request: get("/api/buckets"), expect: refused(403, "FORBIDDEN") },
      { as: as.publicKey, request: post("/api/buckets", { name: "theirs" }), expect: refused(403, "FORBIDDEN") },
      { as: as.otherSecretKey, request: get("/api/buckets/kept-pages"), expect: nothing },
      { request: del("/api/buckets/kept-pages"), expect: ok({ data: { name: "kept-pages" } }) },
      { request: get("/api/buckets/kept-pages"), expect: nothing },
    ],
  },
];
