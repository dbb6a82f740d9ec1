import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

const DAY_MS = 86_400_000;
let later = 0;
let app: TestApp;
let admin: Record<string, string>;
let other: Record<string, string>;
let id: string;
let key = 0;

beforeAll(async () => {
  app = testApp({}, { clock: { now: () => Date.now() + later } });
  const token = await app.signUp("op@x.test");
  other = bearer(token);
  const fields = [{ name: "n", type: "integer" }];
  await app.send("/api/collections", { slug: "counters", fields }, bearer(token));
  const made = await app.send("/api/keys", { name: "device", kind: "secret" }, bearer(token));
  admin = { "x-api-key": ((await made.json()) as { data: { key: string } }).data.key };
});
afterAll(() => app.app.close());
beforeEach(async () => {
  const made = await app.send("/api/items/counters", { n: 0 }, admin);
  id = ((await made.json()) as { data: { id: string } }).data.id;
});

interface Answer {
  readonly data?: ({ n: number } | null)[];
  readonly done_before?: true;
  readonly error?: { code: string; details: { field?: string; replica?: string } };
}

const newKey = (): string => `push-${key++}`;
async function push(place: string, name = newKey(), headers: Record<string, string> = {}): Promise<[number, Answer]> {
  const operations = [{ op: "update", collection: "counters", id, data: { n: { $inc: 1 } } }];
  const own: Record<string, string> = {
    ...admin,
    "idempotency-key": `"${name}"`,
    "x-plinth-replica": place,
    ...headers,
  };
  if (own["x-api-key"] === "") delete own["x-api-key"];
  const response = await app.send("/api/batch", { operations }, own);
  return [response.status, (await response.json()) as Answer];
}

async function nameOfNew(): Promise<string> {
  const [status, { error }] = await push("new/1");
  expect([status, error?.code, error?.details.field]).toEqual([410, "GONE", "x-plinth-replica"]);
  return error!.details.replica!;
}

async function count(): Promise<number> {
  const answer = await app.call(`/api/items/counters/${id}`, { headers: admin });
  return ((await answer.json()) as { data: { n: number } }).data.n;
}

test("another caller's copy of the same name is another copy", async () => {
  const name = await nameOfNew();
  expect((await push(`${name}/1`))[0]).toBe(200);
  expect((await push(`${name}/1`, newKey(), { ...other, "x-api-key": "" }))[0]).toBe(200);
  expect(await count()).toBe(2);
});

test("a push is done once: by its key, and when the key is forgotten, by its number", async () => {
  const name = await nameOfNew();
  const sent = newKey();
  expect(await push(`${name}/1`, sent)).toMatchObject([200, { data: [{ n: 1 }] }]);
  expect(await push(`${name}/1`, sent)).toMatchObject([200, { data: [{ n: 1 }] }]);
  later += 8 * DAY_MS;
  expect(await push(`${name}/1`, sent)).toEqual([200, { data: [null], done_before: true }]);
  expect(await push(`${name}/1`, sent)).toEqual([200, { data: [null], done_before: true }]);
  expect(await count()).toBe(1);
  // Refused pushes leave gaps.
  expect(await push(`${name}/5`)).toMatchObject([200, { data: [{ n: 2 }] }]);
});

test("what it cannot know is refused with a new name, and nothing happens", async () => {
  const name = await nameOfNew();
  expect((await push(`${name}/1`))[0]).toBe(200);
  // Another program goes on with a copy of the same store.
  expect((await push(`${name}/1`))[0]).toBe(410);
  const old = await nameOfNew();
  later += 91 * DAY_MS;
  const [status, { error }] = await push(`${name}/2`);
  expect([status, error?.details.field]).toEqual([410, "x-plinth-replica"]);
  expect((await push(`${old}/1`))[0]).toBe(410);
  expect(await count()).toBe(1);
  expect(await push(`${error!.details.replica}/1`)).toMatchObject([200, { data: [{ n: 2 }] }]);
});

test("pushes of one copy that come at once are done once each", async () => {
  const name = await nameOfNew();
  const same = newKey();
  const all = await Promise.all([push(`${name}/1`, same), push(`${name}/1`, same), push(`${name}/1`)]);
  expect(await count()).toBe(1);
  expect(all.filter(([status]) => status === 200).length).toBeGreaterThan(0);
  for (const [status] of all) expect([200, 409, 410]).toContain(status);
});

test("a wrong header is refused by name", async () => {
  for (const place of ["", "new", "new/0", "x/1", "new/1.5", `abcdef-${"x".repeat(65)}/1`]) {
    const [status, { error }] = await push(place);
    expect([place, status, error?.details.field]).toEqual([place, 422, "x-plinth-replica"]);
  }
  const operations = [{ op: "delete", collection: "counters", id }];
  const keyless = await app.send("/api/batch", { operations }, { ...admin, "x-plinth-replica": "new/1" });
  expect(keyless.status).toBe(422);
  expect(await count()).toBe(0);
});

test("a refused first push leaves nothing behind", async () => {
  const name = await nameOfNew();
  const operations = [{ op: "update", collection: "counters", id: crypto.randomUUID(), data: { n: 1 } }];
  const headers = { ...admin, "idempotency-key": `"${newKey()}"`, "x-plinth-replica": `${name}/1` };
  expect((await app.send("/api/batch", { operations }, headers)).status).toBe(404);
  // It was skipped, and the next one, whose answer may have been lost, is certain all the same.
  const sent = newKey();
  expect(await push(`${name}/2`, sent)).toMatchObject([200, { data: [{ n: 1 }] }]);
  expect(await push(`${name}/2`, sent)).toMatchObject([200, { data: [{ n: 1 }] }]);
});
