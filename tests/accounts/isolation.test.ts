/**
 * One address in several workspaces is several people, on every path: for each route about accounts, a caller with all
 * secrets of the account in one workspace gets from another exactly what a stranger gets, and changes nothing there.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PROTOCOLS } from "../../apps/server/src/protocols/index.ts";
import { bearer } from "../../apps/server/src/testing/app.ts";
import { type Lacking, type Person, person, type Secrets, stranger } from "./person.ts";
import { openWorld, operatorsOf, type Pool, type World } from "./pool.ts";
import { PROBES } from "./probes.ts";
import { plain, succeeded, tryAll } from "./tries.ts";

const ROUTES = PROTOCOLS.flatMap(({ routes }) => routes).map(({ method, path, tag }) => ({
  name: `${method.toUpperCase()} ${path}`,
  isOfAccounts: path.startsWith("/api/auth/") || tag === "Accounts" || path === "/api/invitations/accept",
}));

let world: World;
beforeAll(async () => {
  world = await openWorld(["a", "b", "c"]);
});
afterAll(() => world.oidc.close());

let people = 0;
/** One address, with other secrets in each workspace. */
async function everywhere(lacking: readonly Lacking[] = []): Promise<[Person, Person, Person]> {
  const email = `ada-${++people}@example.com`;
  const [a, b, c] = world.pools as [Pool, Pool, Pool];
  return [
    await person(world, a, email, lacking),
    await person(world, b, email, lacking),
    await person(world, c, email, lacking),
  ];
}

test("every route about accounts has a probe, and no probe is of another route", () => {
  const names = ROUTES.filter(({ isOfAccounts }) => isOfAccounts).map(({ name }) => name);
  expect(Object.keys(PROBES).sort()).toEqual([...new Set(names)].sort());
});

describe("with all secrets of an account in one workspace, its namesake in another is as far as for a stranger", () => {
  test.each(Object.keys(PROBES))("%s", async (name) => {
    const probe = PROBES[name]!;
    const [attacker, ...victims] = await everywhere(probe.lacking);
    for (const victim of victims) {
      const { pool } = victim;
      const aimed = (secrets: Secrets) => ({ secrets, pool, victim });
      const before = await pool.rows();
      const seen = await tryAll(name, aimed(attacker));
      const strangers = await tryAll(name, aimed(stranger(attacker.email)));
      expect(seen.map(plain)).toEqual(strangers.map(plain));
      if (!probe.isOpen) expect(seen.filter(({ text }) => text.includes(attacker.pool.id))).toEqual([]);
      expect(await pool.rows()).toEqual(before);
    }
    // The secrets are good where they belong, so the refusals above mean something.
    const { pool } = attacker;
    const strangers = await tryAll(name, { secrets: stranger(attacker.email), pool });
    const before = await pool.rows();
    const [home] = await tryAll(name, { secrets: attacker, pool });
    expect([home!.text, succeeded(home!)]).toEqual([home!.text, true]);
    if (!probe.isOpen) expect(plain(home!) !== plain(strangers[0]!) || (await pool.rows()) !== before).toBe(true);
  });
});

describe("an address that has an account in one workspace is in another like one that nobody has", () => {
  test.each(Object.keys(PROBES))("%s", async (name) => {
    const [a, b] = world.pools as [Pool, Pool, Pool];
    const known = await person(world, a, `only-in-a-${++people}@example.com`, PROBES[name]!.lacking ?? []);
    const before = await b.rows();
    const seen = await tryAll(name, { secrets: stranger(known.email), pool: b });
    const nobody = await tryAll(name, { secrets: stranger(`nobody-${people}@example.com`), pool: b });
    expect(seen.map(plain)).toEqual(nobody.map(plain));
    expect(await b.rows()).toEqual(before);
  });
});

describe("an operator's account is out of reach of a user with its address and all secrets of a user's account", () => {
  let attacker: Person;
  let operators: Pool;
  beforeAll(async () => {
    const [a] = world.pools as [Pool];
    const email = "owner-and-user@example.com";
    const made = { email, name: "Op", password: "the password of an operator", email_verified: true };
    await a.ask("post", { path: "/api/operators", headers: a.operator, body: made });
    attacker = await person(world, a, email, []);
    operators = operatorsOf(world);
  });

  test.each(Object.keys(PROBES))("%s", async (name) => {
    const before = await operators.rows();
    const seen = await tryAll(name, { secrets: attacker, pool: operators });
    const strangers = await tryAll(name, { secrets: stranger(attacker.email), pool: operators });
    expect(seen.map(plain)).toEqual(strangers.map(plain));
    expect(await operators.rows()).toEqual(before);
  });
});

test("an invitation into an organization counts in its workspace, for none of its address elsewhere", async () => {
  const [a, b, c] = await everywhere();
  const [owner] = await everywhere();
  const inA = bearer(owner.session);
  for (const { pool } of [a, b, c]) await pool.send("put", { path: "/api/organizations", headers: pool.operator });
  const own = { name: "Club", slug: `club-${people}` };
  const { data } = await a.pool.ask("post", { path: "/api/organizations", headers: inA, body: own });
  const at = `/api/organizations/${(data as { id: string }).id}`;
  const invited = await a.pool.ask("post", { path: `${at}/invitations`, headers: inA, body: { email: a.email } });
  const body = { invitation: (invited.data as { token: string }).token };
  const accept = async ({ pool, session }: Person) =>
    (await pool.send("post", { path: "/api/organization-invitations/accept", headers: bearer(session), body })).status;
  for (const namesake of [b, c]) {
    const before = await namesake.pool.rows();
    expect(await accept(namesake)).toBe(403);
    expect(await namesake.pool.rows()).toEqual(before);
  }
  expect(await accept(a)).toBe(200);
});
