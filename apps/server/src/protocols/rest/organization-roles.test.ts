/** Who loses a role in an organization keeps nothing by a request that is under way. */
import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver, SqlQuery } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

/** What the requests write: changes of items, and invitations. */
const WRITES = /update plinth_change_origin|into "?plinth_organization_invitations/;

async function world() {
  const driver = bunSqlite({ path: ":memory:" });
  let held: { readonly reached: () => void; readonly opened: Promise<void> } | undefined;
  const slow = Object.assign(Object.create(driver) as SqlDriver, {
    async batch(queries: SqlQuery[]) {
      const gate = queries.some(({ sql }) => WRITES.test(sql)) ? held : undefined;
      if (gate) held = undefined;
      gate?.reached();
      await gate?.opened;
      return driver.batch(queries);
    },
  });
  // Two servers, of which one is held up before it writes.
  const one = testApp({ authRateLimit: 0 }, { driver: slow });
  const two = testApp({ authRateLimit: 0 }, { driver });
  const operator = bearer(await two.signUp("operator@example.com"));
  await two.send("/api/organizations", {}, operator, "PUT");
  const person = async (email: string) => {
    const answer = await two.send("/api/auth/sign-up/email", { name: "Someone", email, password: "correct horse" });
    const { token, user } = (await answer.json()) as { token: string; user: { id: string } };
    return { id: user.id, headers: bearer(token) };
  };
  const [ann, bob, cy] = [
    await person("ann@example.com"),
    await person("bob@example.com"),
    await person("cy@example.com"),
  ];
  await driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  const dataOf = async <T>(answer: Promise<Response>) => ((await (await answer).json()) as { data: T }).data;
  const { id } = await dataOf<{ id: string }>(
    two.send("/api/organizations", { name: "Club", slug: "club" }, ann.headers),
  );
  const path = `/api/organizations/${id}`;
  for (const [who, email, role] of [
    [bob, "bob@example.com", "admin"],
    [cy, "cy@example.com", "member"],
  ] as const) {
    const invited = await dataOf<{ token: string }>(two.send(`${path}/invitations`, { email, role }, ann.headers));
    await two.send("/api/organization-invitations/accept", { invitation: invited.token }, who.headers);
  }
  const team = await dataOf<{ id: string }>(two.send(`${path}/teams`, { name: "Team" }, ann.headers));
  /** The answer to a request of bob's that is about to write when he becomes a member without rights. */
  const demotedDuring = async (request: () => Promise<Response>) => {
    const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    held = { reached: reached.resolve, opened: opened.promise };
    const answer = request();
    await reached.promise;
    const demoted = await two.send(`${path}/members/${bob.id}`, { role: "member" }, ann.headers, "PATCH");
    expect(demoted.status).toBe(200);
    opened.resolve();
    return refusalIn(await answer);
  };
  return { one, path, bob, cy, team: team.id, demotedDuring };
}

type World = Awaited<ReturnType<typeof world>>;

const REQUESTS: Record<string, (of: World) => Promise<Response>> = {
  "gives a role": ({ one, path, bob, cy }) =>
    one.send(`${path}/members/${cy.id}`, { role: "admin" }, bob.headers, "PATCH"),
  "removes a member": ({ one, path, bob, cy }) =>
    one.send(`${path}/members/${cy.id}`, undefined, bob.headers, "DELETE"),
  invites: ({ one, path, bob }) =>
    one.send(`${path}/invitations`, { email: "eve@example.com", role: "admin" }, bob.headers),
  "renames the organization": ({ one, path, bob }) => one.send(path, { name: "Mine" }, bob.headers, "PATCH"),
  "creates a team": ({ one, path, bob }) => one.send(`${path}/teams`, { name: "Other" }, bob.headers),
  "renames a team": ({ one, path, bob, team }) =>
    one.send(`${path}/teams/${team}`, { name: "Other" }, bob.headers, "PATCH"),
};

test.each(Object.entries(REQUESTS))("whoever is demoted meanwhile is refused: %s", async (_, request) => {
  const of = await world();
  const [status, code] = await of.demotedDuring(() => request(of));
  expect([status, code]).toEqual([403, "FORBIDDEN"]);
});
