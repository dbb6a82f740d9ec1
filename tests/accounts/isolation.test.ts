/**
 * One address in several workspaces is several people, on every path: for each route about accounts, a caller with all
 * secrets of the account in one workspace gets from another exactly what a stranger gets, and changes nothing there.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PROTOCOLS } from "../../apps/server/src/protocols/index.ts";
import { type Lacking, type Person, person, type Secrets, stranger } from "./person.ts";
import { type Call, openWorld, type Pool, type World } from "./pool.ts";
import { type Aim, PROBES } from "./probes.ts";

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

interface Seen {
  readonly status: number;
  readonly text: string;
}

async function ask(method: string, pool: Pool, call: Call): Promise<Seen> {
  const response = await pool.send(method, call);
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
  const text = await response.text();
  return { status: response.status, text: `${text} ${cookies} ${response.headers.get("location") ?? ""}` };
}

async function all(method: string, name: string, aim: Aim): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const call of await PROBES[name]!.calls(aim)) seen.push(await ask(method, aim.pool, call));
  return seen;
}

/**
 * Without what differs from one request to the next, and without the addresses that were sent. That credentials are of
 * another workspace says no more than that they are none of this one.
 */
const plain = ({ status, text }: Seen): string =>
  /"(WORKSPACE_MISMATCH|INVALID_TOKEN)"/.test(text)
    ? "no credentials"
    : `${status} ${text
        .replaceAll(/[\w.+-]+(?:@|%40)[\w.-]+/g, "<email>")
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
        .replaceAll(/[\w+/%=-]{20,}/g, "<random>")}`;

const succeeded = ({ status, text }: Seen): boolean => status < 400 && !/[?&]error=/.test(text);

test("every route about accounts has a probe, and no probe is of another route", () => {
  const names = ROUTES.filter(({ isOfAccounts }) => isOfAccounts).map(({ name }) => name);
  expect(Object.keys(PROBES).sort()).toEqual([...new Set(names)].sort());
});

describe("with all secrets of an account in one workspace, its namesake in another is as far as for a stranger", () => {
  test.each(Object.keys(PROBES))("%s", async (name) => {
    const probe = PROBES[name]!;
    const method = name.split(" ")[0]!.toLowerCase();
    const [attacker, ...victims] = await everywhere(probe.lacking);
    for (const victim of victims) {
      const { pool } = victim;
      const aimed = (secrets: Secrets) => ({ secrets, pool, victim });
      const before = await pool.rows();
      const seen = await all(method, name, aimed(attacker));
      const strangers = await all(method, name, aimed(stranger(attacker.email)));
      expect(seen.map(plain)).toEqual(strangers.map(plain));
      if (!probe.isOpen) expect(seen.filter(({ text }) => text.includes(attacker.pool.id))).toEqual([]);
      expect(await pool.rows()).toEqual(before);
    }
    // The secrets are good where they belong, so the refusals above mean something.
    const { pool } = attacker;
    const strangers = await all(method, name, { secrets: stranger(attacker.email), pool });
    const before = await pool.rows();
    const [home] = await all(method, name, { secrets: attacker, pool });
    expect([home!.text, succeeded(home!)]).toEqual([home!.text, true]);
    if (!probe.isOpen) expect(plain(home!) !== plain(strangers[0]!) || (await pool.rows()) !== before).toBe(true);
  });
});

describe("an address that has an account in one workspace is in another like one that nobody has", () => {
  test.each(Object.keys(PROBES))("%s", async (name) => {
    const method = name.split(" ")[0]!.toLowerCase();
    const [a, b] = world.pools as [Pool, Pool, Pool];
    const known = await person(world, a, `only-in-a-${++people}@example.com`, PROBES[name]!.lacking ?? []);
    const before = await b.rows();
    const seen = await all(method, name, { secrets: stranger(known.email), pool: b });
    const nobody = await all(method, name, { secrets: stranger(`nobody-${people}@example.com`), pool: b });
    expect(seen.map(plain)).toEqual(nobody.map(plain));
    expect(await b.rows()).toEqual(before);
  });
});
