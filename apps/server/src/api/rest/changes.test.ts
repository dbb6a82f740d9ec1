import { afterAll, beforeAll, expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

const app = testApp();
let operator: Record<string, string>;
beforeAll(async () => {
  operator = bearer(await app.signUp("operator@example.com"));
  const fields = [{ name: "price", type: "decimal" }];
  await app.send("/api/collections", { slug: "things", fields }, operator);
  await app.send("/api/collections", { slug: "others", fields }, operator);
});
afterAll(() => app.app.close());

test("the log tells what was written, by whom and by which request, page by page", async () => {
  const made = await app.send("/api/items/things", [{ price: "1.50" }, { price: "2.50" }], operator);
  const items = ((await made.json()) as { data: { id: string }[] }).data;
  await app.send("/api/items/others", { price: "3.50" }, operator);
  const read = async (search: string) => {
    const response = await app.call(`/api/changes${search}`, { headers: operator });
    return (await response.json()) as { data: Record<string, unknown>[]; next: string; more: boolean };
  };
  const first = await read("?limit=1");
  expect(first.more).toBe(true);
  expect(first.data).toEqual([
    {
      place: first.next,
      collection: "things",
      collection_id: expect.any(String),
      item: items[0]!.id,
      operation: "insert",
      before: null,
      after: items[0],
      actor: expect.stringMatching(/^user:/),
      request_id: made.headers.get("x-request-id"),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  ]);
  const rest = await read(`?after=${first.next}&collection=things`);
  expect(rest.data.map((change) => change.item)).toEqual([items[1]!.id]);
  expect((await read(`?after=${rest.next}`)).data).toEqual([]);
});

test("strangers get nothing, and wrong places are refused", async () => {
  const refused = async (search: string, headers = {}) =>
    ((await (await app.call(`/api/changes${search}`, { headers })).json()) as { error: { code: string } }).error.code;
  expect(await refused("")).toBe("UNAUTHORIZED");
  expect(await refused("?after=x", operator)).toBe("INVALID_CURSOR");
  expect(await refused("?after=1.0.99999", operator)).toBe("GONE");
  expect(await refused("?limit=0", operator)).toBe("VALIDATION");
  expect(await refused("?collection=none", operator)).toBe("COLLECTION_NOT_FOUND");
});

test("metrics are for operators", async () => {
  expect((await app.call("/api/metrics")).status).toBe(401);
  const answer = await app.call("/api/metrics", { headers: operator });
  expect(await answer.text()).toContain("# TYPE plinth_consumer_lag_changes gauge");
});
