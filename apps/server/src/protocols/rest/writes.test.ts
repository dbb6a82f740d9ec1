import { beforeAll, describe, expect, test } from "bun:test";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

let world: TestApp;
let token: string;

beforeAll(async () => {
  world = testApp();
  token = await world.signUp("operator@example.com");
  const fields = [
    { name: "title", type: "text", required: true, unique: true },
    { name: "n", type: "integer" },
  ];
  expect((await world.send("/api/collections", { slug: "tasks", fields }, bearer(token))).status).toBe(201);
});

const send = (path: string, body: unknown, headers: Record<string, string> = {}, method = "POST") =>
  world.send(path, body, { ...bearer(token), ...headers }, method);
const idOf = async (response: Response) => ((await response.json()) as { data: { id: string } }).data.id;

describe("versions", () => {
  test("tag an item, and are asked for by a change", async () => {
    const made = await send("/api/items/tasks", { title: "a" });
    const tag = made.headers.get("etag")!;
    expect(tag).toMatch(/^"1-[0-9a-f]{8}"$/);
    const path = `/api/items/tasks/${await idOf(made)}`;
    expect((await world.call(path, { headers: { ...bearer(token), "if-none-match": tag } })).status).toBe(304);
    const changed = await send(path, { n: 1 }, { "if-match": tag }, "PATCH");
    expect([changed.status, changed.headers.get("etag")]).toEqual([200, tag.replace("1", "2")]);
    const stale = await send(path, { n: 2 }, { "if-match": '"1"' }, "PATCH");
    expect(((await stale.clone().json()) as { error: { details: unknown } }).error.details).toEqual({ version: 2 });
    expect(await refusalIn(stale)).toEqual([412, "PRECONDITION_FAILED"]);
    expect(await refusalIn(await send(path, { n: 2 }, { "if-match": "one" }, "PUT"))).toEqual([
      422,
      "VALIDATION",
      "if-match",
    ]);
    expect((await send(path, undefined, { "if-match": '"7"' }, "DELETE")).status).toBe(412);
    expect((await send(path, undefined, { "if-match": '"1", "2"' }, "DELETE")).status).toBe(200);
  });
});

describe("an idempotency key", () => {
  test("replays the answer byte for byte", async () => {
    const key = { "idempotency-key": '"k 1"' };
    const first = await send("/api/items/tasks", { title: "once" }, key);
    const text = await first.text();
    expect([first.status, first.headers.get("idempotency-replayed")]).toEqual([201, null]);
    const second = await send("/api/items/tasks", { title: "once" }, key);
    expect([second.status, second.headers.get("idempotency-replayed"), second.headers.get("etag")]).toEqual([
      201,
      "true",
      expect.stringMatching(/^"1-/),
    ]);
    expect(await second.text()).toBe(text);
    expect(await refusalIn(await send("/api/items/tasks", { title: "other" }, key))).toEqual([
      422,
      "VALIDATION",
      "idempotency-key",
    ]);
    expect(await refusalIn(await send("/api/items/tasks", {}, { "idempotency-key": '""' }))).toEqual([
      422,
      "VALIDATION",
      "idempotency-key",
    ]);
  });

  test("lets one of many through", async () => {
    const body = { operations: [{ op: "create", collection: "tasks", data: { title: "many" } }] };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send("/api/batch", body, { "idempotency-key": "many" })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    expect(statuses).toContain(200);
    expect((await send("/api/batch", body, { "idempotency-key": "many" })).status).toBe(200);
    expect((await send("/api/batch", body)).status).toBe(409);
  });

  test("is free after a refusal", async () => {
    const key = { "idempotency-key": "refused" };
    expect((await send("/api/items/tasks", { title: "once" }, key)).status).toBe(409);
    expect((await send("/api/items/tasks", { title: "twice" }, key)).status).toBe(201);
    const gone = "/api/items/tasks/00000000-0000-4000-8000-00000000000f";
    expect((await send(gone, { n: 1 }, { "idempotency-key": "gone" }, "PATCH")).status).toBe(404);
    expect((await send(gone, { n: 1 }, { "idempotency-key": "gone" }, "PATCH")).status).toBe(404);
  });
});
