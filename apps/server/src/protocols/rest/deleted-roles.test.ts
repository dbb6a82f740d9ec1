/** A role that is deleted while somebody gets it: one of its name, made later, is another. */
import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver, SqlQuery } from "@plinth/core";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

/** Stands still: what a server knows of the roles is never too old to be used. */
const NOW = Date.now();
const clock = { now: () => NOW };
const ROLE = "reviewer";

/** Two servers over one database, which do not hear of each other. */
async function world(wrap: (driver: SqlDriver) => SqlDriver = (driver) => driver) {
  const driver = bunSqlite({ path: ":memory:" });
  const one = testApp({ authRateLimit: 0 }, { driver: wrap(driver), clock });
  const two = testApp({ authRateLimit: 0 }, { driver, clock });
  const operator = bearer(await one.signUp("operator@example.com"));
  const made = await one.send("/api/auth/sign-up/email", {
    name: "Ada",
    email: "ada@example.com",
    password: "correct horse",
  });
  const { user } = (await made.json()) as { user: { id: string } };
  expect((await one.send("/api/roles", { name: ROLE }, operator)).status).toBe(201);
  const remove = () => one.send(`/api/roles/${ROLE}`, undefined, operator, "DELETE");
  const stored = async (): Promise<string[]> => {
    const tables = ["user_roles", "api_keys", "invitations", "trusted_issuers", "rules"];
    const found: string[] = [];
    for (const table of tables) {
      const rows = await driver.all({ sql: `select * from plinth_${table}`, params: [] });
      if (JSON.stringify(rows).includes(ROLE)) found.push(table);
    }
    return found;
  };
  return { one, two, operator, user, remove, stored };
}

const PUBLIC_KEY = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

/** All that gives a role, or makes a rule for it. */
const GIVES: Record<string, (app: TestApp, headers: Record<string, string>, user: string) => Promise<Response>> = {
  "to a user": (app, headers, user) => app.send(`/api/users/${user}/roles`, { roles: [ROLE] }, headers, "PUT"),
  "to a new user": (app, headers) =>
    app.send("/api/users", { email: "ben@example.com", name: "Ben", roles: [ROLE] }, headers),
  "to a key": (app, headers) =>
    app.send("/api/keys", { name: "k", kind: "scoped", roles: [ROLE], actions: ["read"] }, headers),
  "to whoever is invited": (app, headers) =>
    app.send("/api/invitations", { email: "cy@example.com", roles: [ROLE] }, headers),
  "to tokens of an issuer": (app, headers) => {
    const issuer = { issuer: "https://issuer.example", audience: "app", public_key: PUBLIC_KEY, roles: [ROLE] };
    return app.send("/api/trusted-issuers", issuer, headers);
  },
  "by a rule": (app, headers) =>
    app.send("/api/permissions", { role: ROLE, collection: "users", action: "read" }, headers),
};

test.each(Object.entries(GIVES))(
  "a server that does not know yet gives a deleted role to nobody: %s",
  async (_, give) => {
    const { two, operator, user, remove, stored } = await world();
    await two.send("/api/collections", undefined, operator, "GET");
    expect((await remove()).status).toBe(200);
    expect(await refusalIn(await give(two, operator, user.id))).toEqual([422, "VALIDATION", "roles"]);
    expect(await stored()).toEqual([]);
  },
);

test("what is given while the role is being deleted is taken back", async () => {
  let held: { reached: () => void; opened: Promise<void> } | undefined;
  const { two, operator, user, remove, stored } = await world((driver) =>
    Object.assign(Object.create(driver) as SqlDriver, {
      async batch(queries: SqlQuery[]) {
        const gate = queries.some(({ sql }) => sql.startsWith('delete from "plinth_roles"')) ? held : undefined;
        held = undefined;
        gate?.reached();
        await gate?.opened;
        return driver.batch(queries);
      },
    }),
  );
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  held = { reached: reached.resolve, opened: opened.promise };
  const removed = remove();
  await reached.promise;
  for (const [what, give] of Object.entries(GIVES))
    expect([what, (await give(two, operator, user.id)).status]).toEqual([what, what === "to a user" ? 200 : 201]);
  expect(await stored()).toHaveLength(5);
  opened.resolve();
  expect((await removed).status).toBe(200);
  expect(await stored()).toEqual([]);
});

test("nor is a rule made for a collection that is deleted", async () => {
  const { one, two, operator } = await world();
  await one.send("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] }, operator);
  await two.send("/api/collections", undefined, operator, "GET");
  expect((await one.send("/api/collections/notes?confirm=notes", undefined, operator, "DELETE")).status).toBe(200);
  const rule = (collection: string) =>
    two.send("/api/permissions", { role: "public", collection, action: "read" }, operator);
  expect(await refusalIn(await rule("notes"))).toEqual([422, "VALIDATION", "collection"]);
  for (const other of ["*", "channel:news"]) expect([other, (await rule(other)).status]).toEqual([other, 201]);
});
