/** The export of a user: whatever table holds something about the user, also one that comes later, the export has it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { bearer } from "../../apps/server/src/testing/app.ts";
import { type Person, person } from "./person.ts";
import { openWorld, type Pool, type World } from "./pool.ts";

const EMAIL = "zelda_needle@example.com";

/** Where the export has the rows of a table, or why it has none. */
const IN_EXPORT: Readonly<Record<string, string | { readonly not: string }>> = {
  plinth_users: "user",
  plinth_accounts: "sign_in",
  plinth_passkeys: "passkeys",
  plinth_sessions: "sessions",
  plinth_devices: "known_browsers",
  plinth_agreements: "agreements",
  plinth_invitations: "invitations",
  plinth_organization_invitations: "invitations",
  plinth_mail: "messages",
  plinth_security_log: "security_log",
  plinth_second_factors: { not: "a secret; `user` says that there is one, and `security_log` since when" },
  plinth_refresh_tokens: { not: "secrets of the sessions" },
  plinth_verifications: { not: "secrets that end within minutes, or within a month" },
  plinth_changes: { not: "earlier contents of items, which `items` has as they are" },
  plinth_identity_changes: { not: "what other servers look up again" },
};

let world: World;
let pool: Pool;
let zelda: Person;
let id: string;

beforeAll(async () => {
  world = await openWorld(["acme"]);
  [pool] = world.pools as [Pool];
  const { operator } = pool;
  await pool.ask("put", { path: "/api/organizations", headers: operator });
  zelda = await person(world, pool, EMAIL, []);
  const own = bearer(zelda.session);
  id = ((await pool.ask("get", { path: "/api/me", headers: own })).data as { id: string }).id;
  await pool.ask("post", { path: "/api/me/terms", headers: own, body: { version: "1" } });
  await pool.ask("post", { path: "/api/auth/token", headers: own });
  const club = { name: "Club", slug: "club" };
  const { data } = await pool.ask("post", { path: "/api/organizations", headers: own, body: club });
  const invited = { path: `/api/organizations/${(data as { id: string }).id}/invitations`, headers: own };
  await pool.ask("post", { ...invited, body: { email: EMAIL } });
  await zelda.invitation(EMAIL);
  await pool.send("post", { path: "/api/auth/sign-in/email", body: { email: EMAIL, password: "a wrong guess" } });
  const reason = { reason: "Ticket 4711" };
  const acting = await pool.ask("post", { path: `/api/users/${id}/impersonate`, headers: operator, body: reason });
  const as = bearer((acting.data as { token: string }).token);
  await pool.ask("get", { path: "/api/me/export", headers: as });
});
afterAll(() => world.oidc.close());

type Exported = Record<string, unknown[]> & {
  security_log: { type: string; actor: string | null; address: unknown }[];
};

async function exported(path: string, headers: Record<string, string>): Promise<Exported> {
  return (await pool.ask("get", { path, headers })) as Exported;
}

test("an administrator's export has what any table holds about the user", async () => {
  const found = await exported(`/api/users/${id}/export`, pool.operator);
  const tables = await world.app.driver.all({
    sql: "select name from sqlite_master where type = 'table' and name like 'plinth%'",
    params: [],
  });
  const missing: string[] = [];
  const holding: string[] = [];
  for (const { name } of tables) {
    const rows = await world.app.driver.all({ sql: `select * from "${name}"`, params: [] });
    if (!rows.some((row) => [id, EMAIL].some((text) => JSON.stringify(row).includes(text)))) continue;
    holding.push(String(name));
    const place = IN_EXPORT[String(name)];
    if (place === undefined) missing.push(`${name}: is it in the export?`);
    else if (typeof place === "string" && [found[place]].flat().filter(Boolean).length === 0) missing.push(`${place}`);
  }
  expect(missing).toEqual([]);
  expect(holding.length).toBeGreaterThan(10);
  expect(found.user).toMatchObject({ email: EMAIL, two_factor_enabled: true, phone: zelda.phone });
  expect(found.organizations).toMatchObject([{ role: "owner" }]);
  expect(found.sign_in).toHaveLength(2);
  const text = JSON.stringify(found);
  for (const secret of [zelda.session, zelda.password, "hash", "secret"]) expect(text).not.toContain(secret);
});

test("the log in it has what others did to the account and in its name; the user learns no more of them", async () => {
  const admins = await exported(`/api/users/${id}/export`, pool.operator);
  const own = await exported("/api/me/export", bearer(zelda.session));
  const typesOf = ({ security_log }: Exported) => security_log.map(({ type }) => type);
  for (const found of [admins, own]) {
    expect(typesOf(found)).toContain("impersonation_start");
    expect(found.security_log.filter(({ type }) => type === "sign_in")).toContainEqual(
      expect.objectContaining({ outcome: "failed", actor: null }),
    );
  }
  const actsOf = ({ security_log }: Exported, type: string) => security_log.filter((event) => event.type === type);
  const asUser = expect.stringMatching(/^user:.+ by operator:/);
  expect(actsOf(admins, "user_export")).toContainEqual(expect.objectContaining({ actor: asUser }));
  expect(actsOf(own, "impersonation_start")).toMatchObject([{ actor: "other", address: null }]);
  expect(JSON.stringify(own)).not.toContain("by operator:");
});

test("whoever has only typed an address does not get what was sent to it", async () => {
  const email = "owner_of_it@example.com";
  await pool.ask("post", { path: "/api/invitations", headers: pool.operator, body: { email } });
  await pool.ask("post", { path: "/api/auth/sign-in/magic-link", body: { email } });
  const body = { email, name: "Mallory", password: "a password of mallory" };
  const { token } = await pool.ask("post", { path: "/api/auth/sign-up/email", body });
  const own = await exported("/api/me/export", bearer(String(token)));
  expect([own.invitations, own.messages]).toEqual([[], []]);
});
