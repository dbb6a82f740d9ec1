/** Functions that are asked before writes: by every way by which items are written, and whatever goes wrong. */
import { beforeEach, expect, test } from "bun:test";
import type { PublicFetch } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const publicFetch: PublicFetch = async () => ({
  status: 200,
  headers: new Headers(),
  body: new Response('{"rate":3}').body,
});
const app = testApp({ maxBodyBytes: 1_000_000 }, { publicFetch });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const ann = bearer(await app.signUp("ann@example.com"));

const SOURCE = `export const config = { before: [{ collection: "orders", events: ["create", "update", "delete"] }] };
export default ({ writes }) => writes.map(({ event, data, old }) => {
  if (event === "delete") return old.state === "paid" ? { refuse: { message: "paid orders stay", forbidden: true } } : undefined;
  if (data.count > 10) return { refuse: { field: "count", message: "at most 10" } };
  if (data.note === "throw") throw new Error("no");
  if (data.note === "wrong") return { set: { count: "many" } };
  if (data.note === "server") return { set: { version: 7 } };
  const number = (name) => typeof data[name] === "number" ? data[name] : old[name];
  return { set: { total: number("price") * number("count"), seen: event + (old ? " of " + old.total : "") } };
});`;
const fields = [
  { name: "name", type: "text", unique: true },
  { name: "count", type: "integer", default: 1 },
  { name: "price", type: "integer", default: 5 },
  { name: "total", type: "integer" },
  { name: "state", type: "text" },
  { name: "note", type: "text" },
  { name: "seen", type: "text" },
  { name: "part_of", type: "relation", to: "orders" },
];
await app.send("/api/collections", { slug: "orders", fields }, boss);
await app.send(
  "/api/collections/orders",
  { fields: [{ name: "parts", type: "relation_many", to: "orders", via: "part_of" }] },
  boss,
  "PATCH",
);
for (const action of ["create", "update", "delete", "read"])
  await app.send(
    "/api/permissions",
    {
      role: "authenticated",
      collection: "orders",
      action,
      condition: action === "update" ? { total: { _lte: 100 } } : {},
    },
    boss,
  );

const deploy = async (source: string, name = "guard") => {
  const answer = await app.send(`/api/deployments/${name}`, { source }, boss, "PUT");
  expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([200, ""]);
};
await deploy(SOURCE);

type Item = { id: string; total: number; seen: string; count: number; version: number };
const dataOf = async <T = Item>(answer: Response): Promise<T> => {
  const text = await answer.text();
  expect([answer.ok, answer.ok ? "" : text]).toEqual([true, ""]);
  return (JSON.parse(text) as { data: T }).data;
};
const ITEMS = "/api/items/orders";
const create = (body: object, who = ann) => app.send(ITEMS, body, who);
const errorOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string; message: string; details?: { field?: string; run?: string } } })
    .error;
const count = async () => (await dataOf<Item[]>(await app.call(`${ITEMS}?limit=100`, { headers: boss }))).length;

beforeEach(async () => {
  await app.send(`${ITEMS}?filter={"state":{"_null":true}}`, undefined, boss, "DELETE");
  await deploy(SOURCE);
});

test("new items take what it sets, one refusal refuses all, and the refusal names the field", async () => {
  expect(await dataOf(await create({ count: 3 }))).toMatchObject({ total: 15, seen: "create" });
  expect(await errorOf(await create({ count: 11 }))).toMatchObject({
    code: "VALIDATION",
    message: "count: at most 10",
    details: { field: "count" },
  });
  expect(await errorOf(await create([{ count: 1 }, { count: 11 }]))).toMatchObject({ details: { field: "1.count" } });
  expect(await count()).toBe(1);
  const nested = await dataOf<{ parts: Item[] }>(await create({ count: 2, parts: [{ count: 4 }] }));
  expect(nested).toMatchObject({ total: 10, parts: [{ total: 20 }] });
  expect(await errorOf(await create({ count: 2, parts: [{ count: 12 }] }))).toMatchObject({
    details: { field: "parts.0.count" },
  });
});

test("changes see the stored item, deletions can be refused, and the rules bind what it sets", async () => {
  const { id } = await dataOf(await create({ count: 2 }));
  const patch = (body: object, who = ann) => app.send(`${ITEMS}/${id}`, body, who, "PATCH");
  expect(await dataOf(await patch({ count: 3 }))).toMatchObject({ total: 15, seen: "update of 10", version: 2 });
  expect(await dataOf(await patch({ count: { $inc: 1 }, price: 7 }, boss))).toMatchObject({
    count: 4,
    seen: "update of 15",
  });
  expect(await refusalIn(await patch({ count: 10, price: 20 }))).toEqual([403, "FORBIDDEN"]);
  expect(await dataOf(await app.send(`${ITEMS}/${id}`, { count: 2 }, boss, "PUT"))).toMatchObject({
    total: 10,
    price: 5,
  });
  await patch({ state: "paid" }, boss);
  const refused = await app.send(`${ITEMS}/${id}`, undefined, ann, "DELETE");
  expect([refused.status, await errorOf(refused)]).toEqual([
    403,
    expect.objectContaining({ code: "FORBIDDEN", message: "paid orders stay" }),
  ]);
  expect((await patch({ state: null }, boss)).status).toBe(200);
  const missing = await app.send(`${ITEMS}/01900000-0000-7000-8000-000000000000`, { count: 3 }, ann, "PATCH");
  expect(missing.status).toBe(404);
});

test("batches, upserts, bulk writes and imports ask it too", async () => {
  const batch = await dataOf<Item[]>(
    await app.send(
      "/api/batch",
      {
        operations: [
          { op: "create", collection: "orders", data: { name: "a", count: 2 } },
          { op: "update", collection: "orders", id: { $ref: "ops.0.id" }, data: { count: 4 } },
          { op: "upsert", collection: "orders", data: { name: "b", count: 3 }, on_conflict: ["name"] },
        ],
      },
      boss,
    ),
  );
  expect(batch).toMatchObject([{ total: 10 }, { total: 20, seen: "update of null" }, { total: 15, seen: "create" }]);
  const over = await app.send(
    "/api/batch",
    {
      operations: [
        { op: "create", collection: "orders", data: { count: 1 } },
        { op: "update", collection: "orders", id: batch[0]!.id, data: { count: 11 } },
      ],
    },
    boss,
  );
  expect(await errorOf(over)).toMatchObject({ details: { field: "operations.1.data.count", operation: 1 } as object });
  const upsert = await app.send(
    `${ITEMS}?on_conflict=name`,
    [
      { name: "a", count: 6 },
      { name: "c", count: 1 },
    ],
    boss,
  );
  expect(await dataOf<Item[]>(upsert)).toMatchObject([
    { total: 30, seen: "update of 20" },
    { total: 5, seen: "create" },
  ]);
  await dataOf(await app.send(`${ITEMS}?filter={"count":{"_gte":3}}`, { price: 2 }, boss, "PATCH"));
  const listed = async () => dataOf<Item[]>(await app.call(`${ITEMS}?sort=name`, { headers: boss }));
  expect(await listed()).toMatchObject([
    { total: 12, count: 6 },
    { total: 6, count: 3 },
    { total: 5, seen: "create" },
  ]);
  expect(
    await errorOf(await app.send(`${ITEMS}?filter={"count":{"_gte":3}}`, { count: 12 }, boss, "PATCH")),
  ).toMatchObject({ details: { field: "count" } });
  const imported = await app.call(`${ITEMS}/import?format=csv`, {
    method: "POST",
    headers: { ...boss, "content-type": "text/csv" },
    body: "name,count\nd,2\ne,12\n",
  });
  expect(await dataOf<object>(imported)).toMatchObject({
    inserted: 1,
    failed: 1,
    errors: [{ row: 2, error: { field: "count" } }],
  });
  expect((await listed()).map(({ total }) => total)).toEqual([12, 6, 5, 10]);
});

test("an undo asks it too", async () => {
  const { id } = await dataOf(await create({ count: 2 }));
  const changed = await app.send(`${ITEMS}/${id}`, { count: 4, name: "was 2" }, ann, "PATCH");
  const gone = await app.send(`${ITEMS}/${id}`, undefined, ann, "DELETE");
  const undo = async ({ headers }: Response) =>
    dataOf<object>(await app.send("/api/changes/undo", { request_id: headers.get("x-request-id") }, boss));
  expect(await undo(gone)).toMatchObject({ restored: 1 });
  const read = async () => dataOf(await app.call(`${ITEMS}/${id}`, { headers: boss }));
  expect(await read()).toMatchObject({ total: 20, seen: "create" });
  // What it sets is a change too, so the item is not as the request has left it.
  const again = await dataOf(await app.send(`${ITEMS}/${id}`, { count: 5 }, ann, "PATCH"));
  expect(again).toMatchObject({ total: 25, seen: "update of 20" });
  expect(changed.status).toBe(200);
});

test("a function that fails refuses the write, and only its log says why", async () => {
  for (const note of ["throw", "wrong", "server"]) {
    const error = await errorOf(await create({ note }));
    expect(Object.keys(error.details ?? {})).toEqual(["run"]);
    expect(error.code).toBe("BEFORE_WRITE_FAILED");
  }
  await deploy(
    SOURCE.replace("return writes", "for (;;); return writes").replace(
      "=> writes.map",
      "=> { for (;;); }; (writes) => writes.map",
    ),
  );
  expect((await errorOf(await create({}))).code).toBe("BEFORE_WRITE_FAILED");
  expect(await count()).toBe(0);
  const runs = await dataOf<{ trigger: string; error: { kind: string; message: string } }[]>(
    await app.call("/api/deployments/guard/runs?status=failed&limit=4", { headers: boss }),
  );
  expect(runs.map(({ trigger, error }) => [trigger, error.kind])).toEqual([
    ["before_write", "cpu_time"],
    ...Array(3).fill(["before_write", "error"]),
  ]);
  expect(runs[1]!.error.message).toContain("result.0.set.version");
});

test("it reads items and asks hosts, and writes nothing; several are asked in the order of their names", async () => {
  await deploy(
    `export const config = { permissions: { as: "system", actions: ["read", "create"], collections: ["orders"], fetch: ["api.example.com"] }, before: [{ collection: "orders", events: ["create"] }] };
    export default async ({ db, writes, user }) => {
      const { data } = await db.list("orders", {});
      const { rate } = await (await fetch("https://api.example.com")).json();
      await (await fetch("https://api.example.com")).body.cancel();
      return writes.map(({ data: item }) => ({ set: { note: [data.length, rate, typeof db.create, user.email, item.seen ?? "-"].join() } }));
    };`,
    "after-guard",
  );
  await deploy(
    `export const config = { before: [{ collection: "orders", events: ["create"] }] };
    export default ({ writes }) => writes.map(() => ({ set: { count: 4 } }));`,
    "a-first",
  );
  expect(await dataOf(await create({}))).toMatchObject({
    count: 4,
    total: 20,
    note: "0,3,undefined,ann@example.com,-",
  });
  await app.send("/api/deployments/after-guard", undefined, boss, "DELETE");
  await app.send("/api/deployments/a-first", undefined, boss, "DELETE");
  expect(await dataOf(await create({}))).toMatchObject({ count: 1, note: null });
});

test("changes of one item at the same time all happen, each with the item that it was asked about", async () => {
  const { id } = await dataOf(await create({ count: 1 }));
  const all = await Promise.all(["a", "b"].map((state) => app.send(`${ITEMS}/${id}`, { state }, boss, "PATCH")));
  expect(all.map(({ status }) => status)).toEqual([200, 200]);
  expect(await dataOf(await app.call(`${ITEMS}/${id}`, { headers: boss }))).toMatchObject({ version: 3 });
});

test("what cannot be asked is refused when it is deployed", async () => {
  const refused = async (before: object) =>
    errorOf(await app.send("/api/deployments/wrong", { source: "export default () => 1", before }, boss, "PUT"));
  expect(await refused([{ collection: "nothing", events: ["create"] }])).toMatchObject({
    code: "COLLECTION_NOT_FOUND",
  });
  expect(await refused([{ collection: "orders", events: ["read"] }])).toMatchObject({
    details: { field: "before.0.events.0" },
  });
});
