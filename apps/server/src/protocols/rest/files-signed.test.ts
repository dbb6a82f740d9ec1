import { beforeAll, expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import type { FileStore, PresignRequest } from "@plinth/core";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

const memory = memoryFileStore();
const presigned: PresignRequest[] = [];
/** As a store with URLs: what is asked of it is noted. */
const store: FileStore = {
  ...memory,
  capabilities: { ...memory.capabilities, presign: true },
  async presign(key, request) {
    presigned.push(request);
    return `https://store.test/${key}`;
  },
};
const logged: unknown[] = [];
const log = (...line: unknown[]) => void logged.push(line);
let now = Date.now();
let world: TestApp;
let operator: Record<string, string>;
let ann: Record<string, string>;

interface Answer {
  readonly url: string;
  readonly expires_at: string;
}

beforeAll(async () => {
  world = testApp(
    {},
    { files: async () => store, clock: { now: () => now }, log: { debug: log, info: log, warn: log, error: log } },
  );
  operator = bearer(await world.signUp("operator@example.com"));
  ann = bearer(await world.signUp("ann@example.com"));
  await made("/api/buckets", { name: "docs" });
  await made("/api/buckets", { name: "far", redirect: true });
  for (const action of ["create", "read", "update", "delete"]) {
    const own = { owner_id: "$user.id" };
    await made("/api/permissions", { role: "authenticated", collection: "files", action, condition: own });
  }
});

async function made<T>(path: string, body: object, method = "POST"): Promise<T> {
  const answer = await world.send(path, body, operator, method);
  const { data } = (await answer.json()) as { data: T };
  expect([path, answer.ok]).toEqual([path, true]);
  return data;
}

async function put(path: string, body: BodyInit, as = ann, type = "text/plain"): Promise<{ id: string }> {
  const headers = { ...as, "content-type": type };
  const answer = await world.call(`/api/files/${path}`, { method: "PUT", body, headers });
  expect(answer.ok).toBe(true);
  return ((await answer.json()) as { data: { id: string } }).data;
}

async function sign(path: string, more: object = {}, as = ann): Promise<Response> {
  const [bucket] = path.split("/");
  return world.send("/api/files/sign", { bucket, path: path.slice(bucket!.length + 1), expires_in: 3600, ...more }, as);
}

async function signed(path: string, more: object = {}, as = ann): Promise<string> {
  const answer = await sign(path, more, as);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { data: Answer }).data.url;
}

/** A stranger opens it. */
const open = (url: string, headers: Record<string, string> = {}, method = "GET", from = "203.0.113.7") =>
  world.call(url, { headers, method, from });

async function outcome(answer: Response | Promise<Response>): Promise<unknown> {
  const response = await answer;
  if (response.ok) return response.text();
  const { error } = (await response.json()) as { error: { code: string; details?: { reason?: string } } };
  return [response.status, error.code, error.details?.reason];
}

const INVALID = [403, "FORBIDDEN", "signature"];

test("who has the URL reads the file without credentials, in parts and on conditions too", async () => {
  await put("docs/a/größe 1.txt", "0123456789");
  const url = await signed("docs/a/größe 1.txt", { disposition: "attachment" });
  expect(url).toStartWith("http://localhost:8787/api/files/docs/a/gr%C3%B6%C3%9Fe%201.txt?disposition=attachment&");
  const answer = await open(url);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "cache-control": "private, max-age=60",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "content-disposition": expect.stringMatching(/^attachment/),
  });
  expect(await answer.text()).toBe("0123456789");
  const part = await open(url, { range: "bytes=2-4" });
  expect([part.status, await part.text()]).toEqual([206, "234"]);
  const head = await open(url, {}, "HEAD");
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
  expect((await open(url, { "if-none-match": answer.headers.get("etag")! })).status).toBe(304);
  expect((await open(url, {}, "DELETE")).status).toBe(422);
  // Who asks with a cookie or behind a proxy that changes the host, by another name of the workspace.
  const { search } = new URL(url);
  const path = "/api/t/default/files/docs/a/gro%CC%88%C3%9Fe%201.txt";
  expect(await outcome(open(`http://127.0.0.1:1${path}${search}`, { cookie: "plinth.session_token=x" }))).toBe(
    "0123456789",
  );
});

test("nothing in it can be changed, and every refusal is the same", async () => {
  await put("docs/b.txt", "mine");
  await put("docs/c.txt", "mine");
  const url = new URL(await signed("docs/b.txt"));
  const other = new URL(await signed("docs/c.txt"));
  const texts = new Set<string>();
  const changed = async (change: (url: URL) => void): Promise<void> => {
    const copy = new URL(url);
    change(copy);
    const answer = await open(copy.href);
    expect([copy.search, answer.status]).toEqual([copy.search, 403]);
    texts.add(await answer.text().then((text) => text.replace(/"request_id":"[^"]+"/, "")));
  };
  await changed(({ searchParams }) => searchParams.set("disposition", "attachment"));
  await changed(({ searchParams }) => searchParams.set("expires", String(Number(searchParams.get("expires")) + 1)));
  await changed(({ searchParams }) => searchParams.set("signer", other.searchParams.get("signer")!));
  await changed(({ searchParams }) => searchParams.set("signature", other.searchParams.get("signature")!));
  await changed(({ searchParams }) => searchParams.delete("signature"));
  await changed(({ searchParams }) => searchParams.delete("signer"));
  await changed((one) => {
    one.pathname = other.pathname;
  });
  await changed((one) => {
    one.pathname = "/api/files/docs/none.txt";
  });
  await changed((one) => {
    one.pathname = "/api/files/none/b.txt";
  });
  expect([...texts]).toHaveLength(1);
  expect(await outcome(open(url.href))).toBe("mine");
});

test("it ends at its time, which a cache knows", async () => {
  await put("docs/d.txt", "short");
  const answer = await sign("docs/d.txt", { expires_in: 20 });
  const { url, expires_at } = ((await answer.json()) as { data: Answer }).data;
  const ends = Date.parse(expires_at);
  expect(ends - now).toBeWithin(19_000, 20_001);
  expect((await open(url)).headers.get("cache-control")).toMatch(/^private, max-age=(19|20)$/);
  const before = now;
  now = ends - 1;
  expect(await outcome(open(url))).toBe("short");
  now = ends;
  expect(await outcome(open(url))).toEqual([403, "FORBIDDEN", "expired"]);
  now = before;
});

test("it is for the bytes that the file had, and only while they may be read", async () => {
  const { id } = await put("docs/e.txt", "one");
  const url = await signed("docs/e.txt");
  await made(`/api/items/files/${id}`, { state: "quarantined" }, "PATCH");
  expect(await outcome(open(url))).toEqual(INVALID);
  expect(await outcome(sign("docs/e.txt", {}, operator))).toEqual([409, "CONFLICT", undefined]);
  await made(`/api/items/files/${id}`, { state: "ready" }, "PATCH");
  expect(await outcome(open(url))).toBe("one");
  await put("docs/e.txt", "two");
  expect(await outcome(open(url))).toEqual(INVALID);
  const next = await signed("docs/e.txt");
  expect((await open("/api/files/docs/e.txt", ann, "DELETE")).status).toBe(200);
  expect(await outcome(open(next))).toEqual(INVALID);
});

test("who may not read a file may not sign for it, and learns nothing of it", async () => {
  await put("docs/f.txt", "mine");
  const ben = bearer(await world.signUp("ben@example.com"));
  const tries = async (as: Record<string, string>) => [
    await outcome(sign("docs/f.txt", {}, as)),
    await outcome(sign("docs/none.txt", {}, as)),
  ];
  expect(await tries(ben)).toEqual([
    [404, "NOT_FOUND", undefined],
    [404, "NOT_FOUND", undefined],
  ]);
  expect(await tries({})).toEqual([
    [401, "UNAUTHORIZED", undefined],
    [401, "UNAUTHORIZED", undefined],
  ]);
  const wrong = [{ expires_in: 0 }, { expires_in: 604_801 }, { method: "PUT" }, { address: "here" }, { more: 1 }];
  for (const more of wrong) expect((await sign("docs/f.txt", more)).status).toBe(422);
});

test("it ends with the rights of whoever has signed it", async () => {
  const cara = bearer(await world.signUp("cara@example.com"));
  await put("docs/cara.txt", "cara's", cara);
  const url = await signed("docs/cara.txt", {}, cara);
  // The user goes on without the session.
  expect((await world.send("/api/auth/sign-out", {}, cara)).status).toBe(200);
  expect(await outcome(open(url))).toBe("cara's");
  const users = await world.call("/api/users?email=cara@example.com", { headers: operator });
  const [user] = ((await users.json()) as { data: { id: string }[] }).data;
  await world.send(`/api/users/${user!.id}/block`, {}, operator);
  expect(await outcome(open(url))).toEqual(INVALID);
  await world.send(`/api/users/${user!.id}/unblock`, {}, operator);
  expect(await outcome(open(url))).toBe("cara's");

  const key = await made<{ id: string; key: string }>("/api/keys", { name: "signs", kind: "secret" });
  const byKey = await signed("docs/cara.txt", {}, { "x-api-key": key.key });
  expect(await outcome(open(byKey))).toBe("cara's");
  expect((await world.send(`/api/keys/${key.id}`, undefined, operator, "DELETE")).status).toBe(200);
  expect(await outcome(open(byKey))).toEqual(INVALID);
});

test("a file's, a bucket's or all URLs are revoked by administrators", async () => {
  await put("docs/g.txt", "g");
  await put("docs/h.txt", "h");
  const revoke = (body: object) => made("/api/files/revoke", body);
  const [g, h] = [await signed("docs/g.txt"), await signed("docs/h.txt")];
  expect(await revoke({ bucket: "docs", path: "g.txt" })).toEqual({ bucket: "docs", path: "g.txt" });
  expect([await outcome(open(g)), await outcome(open(h))]).toEqual([INVALID, "h"]);
  const again = await signed("docs/g.txt");
  expect(await outcome(open(again))).toBe("g");
  await revoke({ bucket: "docs", path: "g.txt" });
  expect(await outcome(open(again))).toEqual(INVALID);
  const third = await signed("docs/g.txt");
  await revoke({ bucket: "docs" });
  expect([await outcome(open(third)), await outcome(open(h))]).toEqual([INVALID, INVALID]);
  const fourth = await signed("docs/h.txt");
  await revoke({ bucket: "far" });
  expect(await outcome(open(fourth))).toBe("h");
  await revoke({});
  expect(await outcome(open(fourth))).toEqual(INVALID);
  expect(await outcome(open(await signed("docs/h.txt")))).toBe("h");
  expect((await world.send("/api/files/revoke", {}, ann)).status).toBe(403);
  expect((await world.send("/api/files/revoke", { path: "x" }, operator)).status).toBe(422);
  expect((await world.send("/api/files/revoke", { bucket: "none" }, operator)).status).toBe(404);
});

test("a URL for one address is for no other", async () => {
  await put("docs/i.txt", "i");
  const url = await signed("docs/i.txt", { address: "203.0.113.7" });
  expect(url).not.toContain("203");
  expect(await outcome(open(url))).toBe("i");
  expect(await outcome(open(url, {}, "GET", "203.0.113.8"))).toEqual(INVALID);
  const six = await signed("docs/i.txt", { address: "2001:db8::1" });
  expect(await outcome(open(six, {}, "GET", "2001:db8::2"))).toBe("i");
  expect(await outcome(open(six, {}, "GET", "2001:db8:0:1::2"))).toEqual(INVALID);
});

test("a bucket that redirects sends readers to the store, but not what the store would show worse", async () => {
  await put("far/photo.txt", "far");
  await put("far/page.html", "<!doctype html><script>alert(1)</script>");
  await put("far/paper.pdf", "%PDF-1.7", ann, "application/pdf");
  const url = await signed("far/photo.txt", { expires_in: 30 });
  const answer = await open(url);
  expect([answer.status, answer.headers.get("cache-control"), await answer.text()]).toEqual([302, "no-store", ""]);
  expect(answer.headers.get("location")).toStartWith("https://store.test/");
  expect(presigned.at(-1)).toMatchObject({
    method: "GET",
    answer: { contentType: "text/plain; charset=utf-8", contentDisposition: 'inline; filename="photo.txt"' },
  });
  expect(presigned.at(-1)!.expiresInSeconds).toBeWithin(29, 31);
  await open(await signed("far/page.html"));
  expect(presigned.at(-1)).toMatchObject({
    expiresInSeconds: 60,
    answer: { contentDisposition: 'attachment; filename="page.html"' },
  });
  const before = presigned.length;
  expect((await open(url, {}, "HEAD")).status).toBe(200);
  expect(await outcome(open("/api/files/far/photo.txt", ann))).toBe("far");
  expect(await outcome(open(await signed("far/paper.pdf", { disposition: "inline" })))).toBe("%PDF-1.7");
  expect(await outcome(open(url, { "if-match": "*" }))).toBe("far");
  expect(await outcome(open(url, { "sec-fetch-mode": "cors" }))).toBe("far");
  expect(presigned).toHaveLength(before);
  expect(await outcome(open("/api/files/far/photo.txt"))).toEqual([401, "UNAUTHORIZED", undefined]);
});

test("no signature is in the log", () => {
  expect(JSON.stringify(logged)).not.toMatch(/signature=|expires=/);
  expect(logged.length).toBeGreaterThan(10);
});
