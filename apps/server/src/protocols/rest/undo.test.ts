import { afterAll, expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

const app = testApp();
afterAll(() => app.app.close());

test("a scoped key undoes what it may write, and no more", async () => {
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/collections", { slug: "things", fields: [{ name: "n", type: "integer" }] }, operator);
  const keyFor = async (actions: string[]) => {
    const key = { name: actions.join(), kind: "scoped", roles: ["admin"], actions };
    const made = (await (await app.send("/api/keys", key, operator)).json()) as { data: { key: string } };
    return { "x-api-key": made.data.key };
  };
  const made = await app.send("/api/items/things", [{ n: 1 }, { n: 2 }], operator);
  const request_id = made.headers.get("x-request-id");
  const undo = async (actions: string[], body: object = {}) =>
    (await app.send("/api/changes/undo", { request_id, ...body }, await keyFor(actions))).status;
  expect(await undo(["changes:read", "delete"])).toBe(403);
  expect(await undo(["changes:write"])).toBe(403);
  expect(await undo(["changes:write", "read", "create"], { on_conflict: "skip" })).toBe(403);
  expect(await undo(["changes:write", "delete"])).toBe(200);
});
