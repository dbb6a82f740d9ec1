import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

const made = async (response: Response) =>
  ((await response.json()) as { data: { id: string; key: string; name: string }[] & { key: string } }).data;

test("a key that was made under another secret is neither returned again nor made again", async () => {
  const before = testApp();
  const operator = bearer(await before.signUp("operator@example.com"));
  const { key } = await made(await before.send("/api/keys", { name: "caller", kind: "secret" }, operator));
  const caller = { "x-api-key": key };
  const headers = { ...caller, "idempotency-key": '"once"' };
  const first = await before.send("/api/keys", { name: "made", kind: "publishable" }, headers);
  expect([first.status, first.headers.get("cache-control")]).toEqual([201, "no-store"]);

  const after = testApp({ secret: "another secret of 32 characters…" }, { driver: before.driver });
  const second = await after.send("/api/keys", { name: "made", kind: "publishable" }, headers);
  const { error } = (await second.json()) as { error: { code: string; message: string; details: object } };
  expect([second.status, error.code, error.details]).toEqual([409, "CONFLICT", { field: "idempotency-key" }]);
  expect(error.message).toContain("PLINTH_SECRET");
  expect(second.headers.get("retry-after")).toBeNull();
  const names = (await made(await after.call("/api/keys", { headers: caller }))).map(({ name }) => name);
  expect(names).toEqual(["caller", "made"]);
  // Any server can replay an answer without a secret.
  const role = { ...caller, "idempotency-key": '"role"' };
  const text = await (await before.send("/api/roles", { name: "editor" }, role)).text();
  const again = await after.send("/api/roles", { name: "editor" }, role);
  expect([again.headers.get("idempotency-replayed"), await again.text()]).toEqual(["true", text]);
});

test("answers of the same secret differ each time that they are encrypted", async () => {
  const world = testApp();
  const operator = bearer(await world.signUp("operator@example.com"));
  for (const key of ["a", "b"]) {
    await world.send("/api/keys", { name: "made", kind: "secret" }, { ...operator, "idempotency-key": key });
  }
  const rows = await world.driver.all({ sql: "select body from plinth_idempotency", params: [] });
  const ivs = rows.map(({ body }) => (body as string).split(".")[0]);
  expect(new Set(ivs).size).toBe(2);
});
