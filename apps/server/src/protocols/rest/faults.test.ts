import { describe, expect, test } from "bun:test";
import { memoryPglite } from "@plinth/adapters-postgres/testing";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DataError, type Mailer, type SqlDriver } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const capabilities = { deduplicates: false, development: false };
const mailer: Mailer = { name: "test", capabilities, send: async () => {} };

interface Fault {
  reason: string;
  open(): SqlDriver;
  begin: string;
  end: string;
}

/** Each makes the engine itself refuse, and take writes again. */
const FAULTS: Record<string, Fault> = {
  "SQLite on a full disk": {
    reason: "disk_full",
    open: () => bunSqlite({ path: ":memory:" }),
    begin: "pragma max_page_count = 1",
    end: "pragma max_page_count = 1000000",
  },
  "SQLite that takes no writes": {
    reason: "read_only",
    open: () => bunSqlite({ path: ":memory:" }),
    begin: "pragma query_only = on",
    end: "pragma query_only = off",
  },
  "Postgres that takes no writes": {
    reason: "read_only",
    open: memoryPglite,
    begin: "set default_transaction_read_only = on",
    end: "set default_transaction_read_only = off",
  },
};

for (const [name, { reason, open, begin, end }] of Object.entries(FAULTS)) {
  describe(name, () => {
    test("answers writes with 503, reads go on, and it is not ready until a write succeeds", async () => {
      const driver = open();
      const { send, call, signUp } = testApp({}, { driver });
      const operator = bearer(await signUp("operator@example.com"));
      await send("/api/collections", { slug: "notes", fields: [{ name: "title", type: "json" }] }, operator);
      const write = async () => {
        const response = await send("/api/items/notes", { title: { x: "x".repeat(5000) } }, operator);
        const { error } = (await response.json()) as { error?: { code: string; details?: object } };
        return [response.status, error?.code, error?.details];
      };
      const ready = async () => {
        const response = await call("/health/ready");
        return [response.status, ((await response.json()) as { reason?: string }).reason];
      };
      await driver.run({ sql: begin, params: [] });
      let failed = await write();
      // A page may have room for some more.
      for (let i = 0; i < 20 && failed[0] === 201; i++) failed = await write();
      expect(failed).toEqual([503, "UNAVAILABLE", { reason }]);
      if (reason === "read_only") expect(await ready()).toEqual([503, reason]);
      expect((await call("/api/items/notes", { headers: operator })).status).toBe(200);
      await driver.run({ sql: end, params: [] });
      expect(await ready()).toEqual([200, undefined]);
      expect((await write())[0]).toBe(201);
      await driver.close?.();
    });

    if (reason !== "read_only") return;
    test("sessions can be read, and no answer says that a valid one has ended", async () => {
      const driver = open();
      const time = { passed: 0 };
      const clock = { now: () => Date.now() + time.passed };
      const { send, call, signUp } = testApp({}, { driver, clock, mailer });
      const operator = bearer(await signUp("operator@example.com"));
      const limited = { name: "limited", kind: "secret", rate_limit: 100 };
      const made = (await (await send("/api/keys", limited, operator)).json()) as { data: { key: string } };
      const key = { "x-api-key": made.data.key };
      const ada = bearer(await signUp("ada@example.com"));
      // Use prolongs those that are an hour old.
      const aged = "update plinth_sessions set updated_at = updated_at - 7200000, expires_at = expires_at - 7200000";
      await driver.run({ sql: aged, params: [] });
      await driver.run({ sql: begin, params: [] });
      // Nothing is remembered for so long.
      time.passed = 5000;
      expect((await call("/api/me", { headers: ada })).status).toBe(200);
      expect((await call("/api/collections", { headers: key })).status).toBe(200);
      const answer = await call("/api/auth/get-session", { headers: ada });
      expect([answer.status, await answer.json()]).toMatchObject([200, { user: { name: "Someone" } }]);
      for (const path of ["sign-out", "revoke-sessions", "revoke-other-sessions"]) {
        expect([path, ...(await refusalIn(await send(`/api/auth/${path}`, {}, ada)))]).toEqual([
          path,
          503,
          "UNAVAILABLE",
        ]);
      }
      for (const email of ["ada@example.com", "nobody@example.com"]) {
        const answer = await send("/api/auth/request-password-reset", { email });
        expect([email, ...(await refusalIn(answer))]).toEqual([email, 503, "UNAVAILABLE"]);
      }
      await driver.run({ sql: end, params: [] });
      expect((await call("/api/me", { headers: ada })).status).toBe(200);
      expect((await send("/api/auth/sign-out", {}, ada)).status).toBe(200);
      expect((await call("/api/me", { headers: ada })).status).toBe(401);
      await driver.close?.();
    });
  });
}

test("while the database is away, probes log that once in a while", async () => {
  const away = (): never => {
    throw new DataError("unavailable");
  };
  const driver: SqlDriver = { ...bunSqlite({ path: ":memory:" }), run: away, all: away, batch: away };
  const logged: string[] = [];
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: (message: string) => void logged.push(message) };
  const { call } = testApp({}, { driver, log });
  for (let i = 0; i < 5; i++) expect((await call("/health/ready")).status).toBe(503);
  expect(logged).toEqual(["not ready"]);
});
