/** What a request has checked changes before its batch: the batch looks once more. Nothing depends on time. */
import { beforeAll, expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

const PASSWORD = "correct horse";
const inner = bunSqlite({ path: ":memory:" });
let meanwhile: (() => Promise<unknown>) | undefined;
const driver: SqlDriver = {
  ...inner,
  async batch(queries) {
    const work = meanwhile;
    meanwhile = undefined;
    await work?.();
    return inner.batch(queries);
  },
};

type Headers = Record<string, string>;
interface World extends TestApp {
  readonly operator: Headers;
  readonly secret: Headers;
}
let world: World;

const read = async <T = Record<string, string>>(answer: Promise<Response>) =>
  ((await (await answer).json()) as { data: T }).data;
const sql = async (text: string) => inner.all({ sql: text, params: [] });

beforeAll(async () => {
  const app = testApp({ authRateLimit: 0 }, { driver });
  const operator = bearer(await app.signUp("operator@example.com"));
  const { key } = await read(app.send("/api/keys", { name: "secret", kind: "secret" }, operator));
  world = { ...app, operator, secret: { "x-api-key": key! } };
});

/** Copies a row of the table so often, with other values in these columns: `#` is the number of the copy. */
async function copies(table: string, count: number, others: Readonly<Record<string, string>>): Promise<void> {
  const columns = (await sql(`select name from pragma_table_info('${table}')`)).map(({ name }) => String(name));
  const values = columns.map((name) => {
    const other = others[name];
    return other === undefined ? `t."${name}"` : `'${other.replace("#", "' || i || '")}'`;
  });
  await sql(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into "${table}" (${columns.map((name) => `"${name}"`).join(", ")})
    select ${values.join(", ")} from n, (select * from "${table}" order by rowid desc limit 1) t`);
}

async function tableOf(slug: string): Promise<string> {
  const [row] = await sql(`select table_name from plinth_collections where slug = '${slug}'`);
  return String(row!.table_name);
}

/** Makes one, and another while as many as there may be are added. */
async function oneTooMany(make: (n: number) => Promise<Response>, fill: () => Promise<void>) {
  const first = await make(1);
  expect([first.status, first.ok ? "" : await first.text()]).toEqual([first.status, ""]);
  meanwhile = fill;
  return refusalIn(await make(2));
}

const PUBLIC_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};

interface Limited {
  make(n: number): [path: string, body: object | undefined, method?: string];
  readonly table: string;
  readonly most: number;
  readonly others: Readonly<Record<string, string>>;
}

const LIMITED: Readonly<Record<string, Limited>> = {
  "a trusted issuer": {
    make: (n) => [
      "/api/trusted-issuers",
      { issuer: `https://i${n}.example.com`, audience: "a", public_key: PUBLIC_KEY },
    ],
    table: "plinth_trusted_issuers",
    most: 20,
    others: { id: "i#", issuer: "https://#.example.com" },
  },
  "a provider": {
    make: (n) => [
      "/api/auth-providers",
      { name: `p${n}`, kind: "oidc", label: "P", issuer: `https://p${n}.example.com`, client_id: "c" },
    ],
    table: "plinth_auth_providers",
    most: 50,
    others: { id: "p#", name: "p-#", provider_id: "provider #" },
  },
  "a role": {
    make: (n) => ["/api/roles", { name: `role${n}` }],
    table: "plinth_roles",
    most: 1000,
    others: { id: "r#", name: "r-#" },
  },
  "a rule": {
    make: (n) => [
      "/api/permissions",
      { role: "public", collection: "users", action: "read", condition: { name: String(n) } },
    ],
    table: "plinth_rules",
    most: 10_000,
    others: { id: "rule #" },
  },
  "a host name": {
    make: (n) => [`/api/workspaces/default/hosts/h${n}.example.org`, undefined, "PUT"],
    table: "plinth_workspace_hosts",
    most: 100,
    others: { host: "h#.example.net" },
  },
  "an invitation of a member": {
    make: (n) => ["/api/member-invitations", { email: `m${n}@example.com`, role: "viewer" }],
    table: "plinth_invitations",
    most: 1000,
    others: { id: "inv #", hash: "hash #" },
  },
};

for (const [what, { make, table, most, others }] of Object.entries(LIMITED)) {
  test(`${what} beyond the limit`, async () => {
    const { send, operator } = world;
    const before = (await sql(`select count(*) as n from "${table}"`))[0]!.n as number;
    const request = (n: number) => {
      const [path, body, method] = make(n);
      return send(path, body, operator, method);
    };
    const refusal = await oneTooMany(request, () => copies(table, most - before - 1, others));
    expect([what, refusal[1]]).toEqual([what, what === "a host name" ? "VALIDATION" : "LIMIT_EXCEEDED"]);
    // The last one that there may be.
    await sql(`delete from "${table}" where rowid = (select max(rowid) from "${table}")`);
    expect((await request(3)).ok).toBe(true);
    await sql(`delete from "${table}" where rowid > ${before + 1}`);
  });
}

test("a language of a template beyond the limit", async () => {
  const { send, operator } = world;
  const texts = { subject: "x", text: "{{url}}" };
  const make = (n: number) => send(`/api/mail/templates/reset_password/${["", "de", "fr"][n]}`, texts, operator, "PUT");
  const fill = () => copies("plinth_mail_templates", 49, { language: "x#" });
  expect(await oneTooMany(make, fill)).toEqual([422, "LIMIT_EXCEEDED", "language"]);
});

test("teams, invitations and memberships beyond the limit", async () => {
  const { send, signUp, operator } = world;
  expect((await send("/api/organizations", undefined, operator, "PUT")).status).toBe(201);
  const olga = bearer(await signUp("olga@example.com"));
  const { id } = await read(send("/api/organizations", { name: "Chess", slug: "chess" }, olga));
  const team = (n: number) => send(`/api/organizations/${id}/teams`, { name: `t${n}` }, olga);
  const teams = await tableOf("organization_teams");
  expect(await oneTooMany(team, () => copies(teams, 199, { id: "t#", name: "team #" }))).toEqual([
    422,
    "LIMIT_EXCEEDED",
  ]);
  const invite = (n: number) => send(`/api/organizations/${id}/invitations`, { email: `o${n}@example.com` }, olga);
  const invited = () => copies("plinth_organization_invitations", 99, { id: "o#", hash: "h#" });
  expect(await oneTooMany(invite, invited)).toEqual([422, "LIMIT_EXCEEDED"]);
  const [organizations, members] = await Promise.all(["organizations", "organization_members"].map(tableOf));
  meanwhile = async () => {
    await copies(organizations!, 99, { id: "org #", slug: "org-#" });
    await copies(members!, 99, { id: "member #", organization: "org #" });
  };
  expect(await refusalIn(await send("/api/organizations", { name: "Go", slug: "go" }, olga))).toEqual([
    422,
    "LIMIT_EXCEEDED",
  ]);
});

const unconfirm = (email: string) => () => sql(`update plinth_users set email_verified = 0 where email = '${email}'`);

test("an address that is not confirmed any more gives nothing", async () => {
  const { send, operator } = world;
  const nora = { email: "nora@example.com", name: "Nora", password: PASSWORD, email_verified: true };
  await send("/api/users", nora, operator);
  const signedIn = await send("/api/auth/sign-in/email", { email: nora.email, password: PASSWORD });
  const own = bearer(signedIn.headers.get("set-auth-token")!);
  const refused = [403, "EMAIL_NOT_VERIFIED", "email"] as const;
  const { token } = await read(send("/api/invitations", { email: nora.email, roles: [] }, operator));
  const accept = () => send("/api/invitations/accept", { invitation: token }, own);
  meanwhile = unconfirm(nora.email);
  expect(await refusalIn(await accept())).toEqual([...refused]);
  await sql(`update plinth_users set email_verified = 1 where email = '${nora.email}'`);
  // As it was checked, but the address is another by now.
  meanwhile = () => sql(`update plinth_users set email = 'new@example.com' where email = '${nora.email}'`);
  expect(await refusalIn(await accept())).toEqual([...refused]);
  await sql("update plinth_users set email = 'nora@example.com' where email = 'new@example.com'");
  expect((await accept()).status).toBe(200);

  const made = { email: "oda@example.com", name: "Oda", password: PASSWORD, role: "member", email_verified: true };
  const { id } = await read(send("/api/operators", made, operator));
  meanwhile = unconfirm(made.email);
  expect(await refusalIn(await send(`/api/operators/${id}`, { role: "owner" }, operator, "PATCH"))).toEqual([
    ...refused,
  ]);
  expect(await sql(`select role from plinth_operators where user_id = '${id}'`)).toEqual([{ role: "member" }]);
});

test("no invitation is made where sign-up is closed meanwhile", async () => {
  const { send, operator } = world;
  const close = { sign_up: { mode: "closed" } };
  meanwhile = () => send("/api/auth-settings", close, operator, "PATCH");
  const invite = () => send("/api/invitations", { email: "late@example.com", roles: [] }, operator);
  expect(await refusalIn(await invite())).toEqual([409, "CONFLICT"]);
  expect(await refusalIn(await invite())).toEqual([403, "SIGN_UP_CLOSED", "email"]);
  await send("/api/auth-settings", { sign_up: { mode: null } }, operator, "PATCH");
  expect((await invite()).status).toBe(201);
});

test("a key does nothing to a user who becomes an administrator meanwhile", async () => {
  const { send, signUp, call, operator, secret } = world;
  const { id } = await read(call("/api/me", { headers: bearer(await signUp("ada@example.com")) }));
  const path = `/api/users/${id}`;
  const requests: [path: string, body: object | undefined, method: string][] = [
    [`${path}/block`, {}, "POST"],
    [`${path}/sign-out`, {}, "POST"],
    [path, { name: "X" }, "PATCH"],
    [`${path}?items=release`, undefined, "DELETE"],
  ];
  const set = (roles: string[]) => send(`${path}/roles`, { roles }, operator, "PUT");
  for (const [at, body, method] of requests) {
    meanwhile = () => set(["admin"]);
    expect([at, ...(await refusalIn(await send(at, body, secret, method)))]).toEqual([at, 403, "FORBIDDEN", "id"]);
    expect((await set([])).status).toBe(200);
  }
  expect((await send(`${path}/block`, {}, secret)).status).toBe(200);
});

test("a key for a collection and the deletion of that collection: whichever comes first, no key has its name", async () => {
  const { send, operator } = world;
  const make = () => send("/api/collections", { slug: "drafts", fields: [] }, operator);
  const remove = () => send("/api/collections/drafts?confirm=drafts", undefined, operator, "DELETE");
  const key = () =>
    send("/api/keys", { name: "k", kind: "scoped", roles: [], actions: ["read"], collections: ["drafts"] }, operator);
  await make();
  meanwhile = remove;
  expect(await refusalIn(await key())).toEqual([422, "VALIDATION", "collections"]);
  await make();
  meanwhile = key;
  expect((await remove()).status).toBe(200);
  expect(await sql("select id from plinth_api_keys where scope like '%drafts%'")).toEqual([]);
});
