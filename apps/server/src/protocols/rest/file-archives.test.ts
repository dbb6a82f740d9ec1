import { beforeAll, expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const store = memoryFileStore();
let world: TestApp;
let operator: Record<string, string>;
let ann: Record<string, string>;

beforeAll(async () => {
  world = testApp({}, { files: async () => store });
  operator = bearer(await world.signUp("operator@example.com"));
  ann = bearer(await world.signUp("ann@example.com"));
  await world.send("/api/buckets", { name: "docs" }, operator);
  const rule = {
    role: "authenticated",
    collection: "files",
    action: "read",
    condition: { name: { _neq: "secret.txt" } },
  };
  expect((await world.send("/api/permissions", rule, operator)).status).toBe(201);
  for (const path of ["home/a.txt", "home/deep/ä b.txt", "home/secret.txt", "homes/other.txt"]) {
    const headers = { ...operator, "content-type": "text/plain" };
    const sent = await world.call(`/api/files/docs/${path}`, { method: "PUT", body: `text of ${path}`, headers });
    expect(sent.status).toBe(201);
  }
});

const zip = (query: string, headers: Record<string, string>, method = "GET") =>
  world.call(`/api/folders/docs/zip${query}`, { method, headers });

test("a folder comes as an archive of what the caller may read", async () => {
  const answer = await zip("?prefix=home", ann);
  const bytes = await answer.bytes();
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("content-length")]).toEqual([
    200,
    "application/zip",
    String(bytes.byteLength),
  ]);
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="home.zip"');
  const text = new TextDecoder().decode(bytes);
  expect([...text.matchAll(/text of [^\0P]+/g)].map(([found]) => found)).toEqual([
    "text of home/a.txt",
    "text of home/deep/ä b.txt",
  ]);
  expect(text).not.toContain("secret");
  const head = await zip("?prefix=home", ann, "HEAD");
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
    200,
    String(bytes.byteLength),
    "",
  ]);
  expect(await (await zip("", operator)).text()).toContain("homes/other.txt");
});

test("a folder without files gets the answer of one that does not exist", async () => {
  expect(await refusalIn(await zip("?prefix=none", ann))).toEqual([404, "NOT_FOUND"]);
  expect(await refusalIn(await zip("?prefix=home/", ann))).toEqual([422, "VALIDATION", "prefix"]);
  expect(await refusalIn(await zip("?prefix=home", {}))).toEqual([401, "UNAUTHORIZED"]);
  const absent = await world.call("/api/folders/absent/zip", { headers: ann });
  expect(await refusalIn(absent)).toEqual([404, "NOT_FOUND"]);
});

test("a file that vanishes in the middle ends the archive with an error", async () => {
  const answer = await zip("?prefix=home", operator);
  const { files } = await store.list();
  await store.delete(files.map(({ key }) => key));
  await expect(answer.bytes()).rejects.toThrow();
});
