import { afterAll, expect, test } from "bun:test";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const app = testApp({ sqlConsole: "write" });
afterAll(() => app.app.close());

test("a statement with an idempotency key, which would run twice, is refused and does not run", async () => {
  const owner = bearer(await app.signUp("owner@example.com"));
  const statement = { sql: "update things set n = n + 1", mode: "write" };
  const keyed = { ...owner, "idempotency-key": '"once"' };
  expect(await refusalIn(await app.send("/api/sql", statement, keyed))).toEqual([422, "VALIDATION", "idempotency-key"]);
  // As without the key nothing else is refused, it goes as far as the database, which has no console.
  const plain = await refusalIn(await app.send("/api/sql", statement, owner));
  expect(plain.slice(0, 2)).toEqual([422, "UNSUPPORTED_BY_ADAPTER"]);
});
