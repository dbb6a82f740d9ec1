/** Files in functions: what is declared and what the rules allow, by pieces, and nothing of what was not ended. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { memoryFileStore } from "@plinth/adapters-memory";
import { until } from "@plinth/core/testing";
import { bearer, testApp } from "../../testing/app.ts";

const store = memoryFileStore();
const app = testApp({ signUp: "open", maxBodyBytes: 4_000_000 }, { files: async () => store });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const ann = bearer(await app.signUp("ann@example.com"));

const dataOf = async (answer: Response) => {
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { data: never }).data;
};
const made = async (path: string, body: unknown, method = "POST") => dataOf(await app.send(path, body, boss, method));
await made("/api/buckets", { name: "invoices" });
await made("/api/buckets", { name: "secret", max_bytes: 1000 });
const ALL = ["read", "create", "update", "delete"];

const deploy = (name: string, body: string, permissions: object, more: object = {}) =>
  made(
    `/api/deployments/${name}`,
    {
      source: `const codeOf = ({ code, details }) => [code, details?.field ?? null];
        export default async ({ files, request }) => { ${body} };`,
      permissions,
      http: { auth: "public" },
      ...more,
    },
    "PUT",
  );
const call = async (name: string, who: Record<string, string> = {}) =>
  dataOf(await app.send(`/api/functions/${name}`, {}, who)) as Promise<unknown>;
/** Keys of the store. */
const keysIn = async () => {
  const { files } = await store.list();
  return files.map(({ key }) => key);
};

test("a function stores files whole and by pieces, reads parts of them, lists, signs and deletes them", async () => {
  await deploy(
    "works",
    `const small = await files.put("invoices", "2026/a.txt", "hello there", { content_type: "text/plain", metadata: { n: 1 } });
     async function* lines() { for (let i = 0; i < 4; i++) yield "x".repeat(300_000); }
     const large = await files.put("invoices", "2026/b.bin", lines());
     const copy = await files.put("invoices", "copy.txt", await files.read("invoices", "2026/a.txt"));
     const file = await files.read("invoices", "2026/b.bin");
     let bytes = 0; let chunks = 0;
     for await (const chunk of file.body) { bytes += chunk.length; chunks++; }
     const part = await (await files.read("invoices", "2026/a.txt", { start: 6, end: 100 })).text();
     const again = await files.put("invoices", "2026/a.txt", "other", { if_absent: true }).catch(codeOf);
     const stale = await files.put("invoices", "2026/a.txt", "other", { if_content: large.content }).catch(codeOf);
     const { data, next_cursor } = await files.list("invoices", { prefix: "2026", limit: 1 });
     const { url } = await files.sign("invoices", "2026/a.txt", { expires_in: 60 });
     const far = await files.read("invoices", "2026/a.txt", { start: 500 }).catch(codeOf);
     await files.delete("invoices", "copy.txt");
     const gone = await files.info("invoices", "copy.txt").catch(codeOf);
     const info = await files.info("invoices", "2026/a.txt");
     return { small: [small.path, small.size, small.content_type], large: [large.size, file.size, bytes, chunks > 3], copy: copy.content_type, part, again, stale,
       listed: data.map(({ path }) => path), more: next_cursor !== null, url, far, gone, metadata: info.metadata };`,
    { as: "system", files: { buckets: ["invoices"], actions: ALL } },
    { limits: { cpu_ms: 2000 } },
  );
  const result = (await call("works")) as { url: string };
  expect(result).toEqual({
    small: ["2026/a.txt", 11, "text/plain"],
    large: [1_200_000, 1_200_000, 1_200_000, true],
    copy: "text/plain",
    part: "there",
    again: ["PRECONDITION_FAILED", null],
    stale: ["PRECONDITION_FAILED", null],
    listed: ["2026/a.txt"],
    more: true,
    url: expect.stringContaining("/api/files/invoices/2026/a.txt?") as string,
    far: ["RANGE_NOT_SATISFIABLE", null],
    gone: ["NOT_FOUND", null],
    metadata: { n: 1 },
  } as never);
  expect(await (await app.call(result.url)).text()).toBe("hello there");
});

test("a file is the answer itself", async () => {
  await deploy("sends", `return files.read("invoices", "2026/a.txt")`, {
    as: "system",
    files: { buckets: ["invoices"], actions: ["read"] },
  });
  const answer = await app.send("/api/functions/sends", {});
  expect([answer.headers.get("content-type"), await answer.text()]).toEqual(["text/plain", "hello there"]);
});

test("only declared buckets and actions are reached, and with the rights of whoever it acts as", async () => {
  const TRY = `const tried = [
       files.read("invoices", "2026/a.txt").then((file) => file.text()), files.info("invoices", "2026/a.txt").then(() => "seen"),
       files.put("invoices", "new.txt", "x").then(() => "stored"), files.put("invoices", "2026/a.txt", "x").then(() => "replaced"),
       files.delete("invoices", "2026/a.txt").then(() => "deleted"), files.list("secret").then(() => "listed"),
       files.read("nowhere", "x").then(() => "read")];
     return Promise.all(tried.map((one) => one.catch(codeOf)));`;
  await deploy("reads", TRY, { as: "system", files: { buckets: ["invoices"], actions: ["read"] } });
  const no = (field: string | null) => ["FORBIDDEN", field];
  expect(await call("reads")).toEqual([
    ...["hello there", "seen", no("actions"), no("actions"), no("actions"), no("buckets"), no("buckets")],
  ] as never);
  // By the rights of the caller, who has none in this bucket. What is stored is not said.
  await deploy("as-caller", TRY, { files: { buckets: ["invoices"], actions: ALL } });
  const seen = (await call("as-caller", ann)) as unknown[];
  expect(seen.slice(0, 5).map((one) => (Array.isArray(one) ? one[0] : one))).toEqual(Array(5).fill("FORBIDDEN"));
  expect((await call("as-caller", boss)) as unknown[]).toContain("deleted");
  // Items of files are reached by what db declares, and not by this.
  await deploy("bare", "return typeof files", { as: "system", collections: ["files"], actions: ["read"] });
  expect(await call("bare")).toBe("undefined");
});

test("a run that ends, fails or is refused in the middle of a file leaves nothing of it", async () => {
  const before = (await keysIn()).length;
  const permissions = { as: "system", files: { buckets: ["invoices", "secret"], actions: ["create", "read"] } };
  const piece = `"x".repeat(300_000)`;
  await deploy(
    "cut",
    `async function* p() { yield ${piece}; throw new TypeError("no more"); } await files.put("invoices", "cut", p());`,
    permissions,
  );
  await deploy(
    "late",
    `async function* p() { yield ${piece}; await new Promise(() => setInterval(() => {}, 5)); } await files.put("invoices", "late", p());`,
    permissions,
    { limits: { wall_ms: 300 } },
  );
  await deploy(
    "left",
    `async function* p() { yield ${piece}; await new Promise(() => {}); } void files.put("invoices", "left", p()); await new Promise((go) => setTimeout(go, 20)); return 1;`,
    permissions,
  );
  await deploy(
    "large",
    `async function* p() { for (let i = 0; i < 50; i++) yield ${piece}; } return files.put("secret", "large", p()).catch(codeOf);`,
    permissions,
    { limits: { cpu_ms: 2000 } },
  );
  for (const name of ["cut", "late"]) expect((await app.send(`/api/functions/${name}`, {})).status).toBe(500);
  expect(await call("left")).toBe(1);
  expect(await call("large")).toEqual(["BODY_TOO_LARGE", null] as never);
  const filter = { path: { _in: ["cut", "late", "left", "large"] } };
  expect(await made("/api/items/files/query", { filter })).toEqual([] as never);
  await until(async () => (await keysIn()).length === before);
});

test("wrong arguments are refused by name, and forged calls reach nothing", async () => {
  await deploy(
    "wrong",
    `const wrong = [files.read("invoices"), files.read("invoices", "../x"), files.read("invoices", "a", { start: -1 }), files.read("invoices", "a", { start: 2, end: 1 }),
       files.put("invoices", "a", { x: 1 }), files.put("invoices", "a", "x", { mode: 1 }), files.list("invoices", { limit: 1000 }), files.sign("invoices", "a", { expires_in: 1e9 }),
       files.put("invoices", "a", "x", { if_absent: true, if_content: "y" })];
     return Promise.all(wrong.map((one) => one.then(() => "done", ({ name, code, details }) => (code ?? name) + " " + (details?.field ?? ""))));`,
    { as: "system", files: { buckets: ["invoices"], actions: ALL } },
  );
  expect(await call("wrong")).toEqual([
    "VALIDATION path",
    "VALIDATION path",
    "VALIDATION start",
    "VALIDATION end",
    "TypeError ",
    "VALIDATION options",
    "VALIDATION limit",
    "VALIDATION expires_in",
    "VALIDATION if_content",
  ] as never);
});

test("the function of docs/functions.md", async () => {
  const page = readFileSync(path.join(import.meta.dir, "../../../../../docs/functions.md"), "utf8");
  const source = /```js\n(\/\/ archive.js.*?)```/s.exec(page)![1]!;
  await made("/api/deployments/archive", { source }, "PUT");
  expect(await call("archive", boss)).toMatchObject({ text: "Total: 42", size: 9 });
});
