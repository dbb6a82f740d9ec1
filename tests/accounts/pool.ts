/** Workspaces, a provider and a mailbox for tests of accounts: everything goes over the app's own API. */

import { OPERATORS_POOL_ID, OPERATORS_POOL_SLUG } from "@plinth/core";
import { APP_URL, bearer, type TestApp, testApp } from "../../apps/server/src/testing/app.ts";
import { type OidcServer, oidcServer, type Users } from "../../apps/server/src/testing/oidc.ts";
import { mailer, sms } from "../../apps/server/src/testing/senders.ts";
import { memoryFileStore } from "../../packages/adapters-memory/src/index.ts";

/** One request, without what says which workspace it means. */
export interface Call {
  /** With the parameters of the route filled in. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

export interface Pool {
  readonly slug: string;
  readonly id: string;
  send(method: string, call: Call): Promise<Response>;
  /** The JSON of an answer of 2xx. */
  ask(method: string, call: Call): Promise<Record<string, unknown>>;
  /** The text of the newest mail of this template to an address. */
  mailTo(email: string, template: string): Promise<string>;
  /** As the operator. */
  readonly operator: Record<string, string>;
  /** Every row that belongs to the pool, but records of what happened and of ceremonies that have begun. */
  rows(): Promise<string>;
}

export interface World {
  readonly app: TestApp;
  readonly oidc: OidcServer;
  /** What the provider says of its subjects. */
  readonly subjects: Users;
  readonly pools: readonly Pool[];
}

/** They say what happened, hold what has only begun, or how far the server's own work has come. */
const RECORDS = ["plinth_security_log", "plinth_mail", "plinth_verifications", "plinth_consumers"];

export async function openWorld(slugs: readonly string[]): Promise<World> {
  const files = memoryFileStore();
  const app = testApp({ privateAddresses: true, authRateLimit: 0 }, { mailer, sms, files: async () => files });
  const operator = bearer(await app.signUp("operator@example.com"));
  const made = await Promise.all(
    slugs.map(async (slug) => {
      const answer = await app.send("/api/workspaces", { slug, name: slug }, operator);
      return { slug, id: ((await answer.json()) as { data: { id: string } }).data.id };
    }),
  );
  const subjects: Users = {};
  const oidc = await oidcServer(
    subjects,
    made.map(({ id }) => `${APP_URL}/api/t/${id}/auth/callback/sso`),
  );
  const pools = made.map(({ slug, id }) => poolOf(app, operator, slug, id));
  for (const pool of pools) {
    const sso = { name: "sso", kind: "oidc", label: "SSO", issuer: oidc.issuer, ...oidc.client };
    await pool.ask("post", { path: "/api/auth-providers", headers: operator, body: sso });
    const settings = {
      phone: { sign_in: true, max_per_day: 10_000 },
      terms: { url: "/terms" },
      // Elsewhere each request of a stranger would make a user.
      anonymous: { sign_in: pool === pools[0] },
    };
    await pool.ask("patch", { path: "/api/auth-settings", headers: operator, body: settings });
    await pool.ask("post", { path: "/api/roles", headers: operator, body: { name: "editor" } });
  }
  return { app, oidc, subjects, pools };
}

async function tablesOf({ driver }: TestApp): Promise<string[]> {
  const sql = `select m.name from sqlite_master m join pragma_table_info(m.name) c
    where m.type = 'table' and m.name like 'plinth%' and c.name = 'workspace_id'`;
  const rows = await driver.all({ sql, params: [] });
  return rows.map(({ name }) => String(name)).filter((name) => !RECORDS.includes(name));
}

/** The operators' own pool, beside those of the workspaces. */
export function operatorsOf({ app, pools }: World): Pool {
  return poolOf(app, pools[0]!.operator, OPERATORS_POOL_SLUG, OPERATORS_POOL_ID, "/api/operator");
}

function poolOf(
  app: TestApp,
  operator: Record<string, string>,
  slug: string,
  id: string,
  base = `/api/t/${slug}`,
): Pool {
  const send: Pool["send"] = (method, { path, headers, body }) =>
    app.send(path.replace(/^\/api/, base), body, headers, method.toUpperCase());
  const ask: Pool["ask"] = async (method, call) => {
    const answer = await send(method, call);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${call.path} in ${slug}: ${answer.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  return {
    slug,
    id,
    operator,
    send,
    ask,
    async mailTo(email, template) {
      const path = `/api/mail/outbox?to=${encodeURIComponent(email)}&limit=20`;
      const { data } = (await ask("get", { path, headers: operator })) as { data: { id: string; template: string }[] };
      const mail = data.find((one) => one.template === template);
      if (!mail) throw new Error(`no mail ${template} to ${email} in ${slug}`);
      const read = await ask("get", { path: `/api/mail/outbox/${mail.id}`, headers: operator });
      return (read.data as { content: { text: string } }).content.text;
    },
    async rows() {
      const found = [];
      for (const table of await tablesOf(app)) {
        found.push(
          table,
          await app.driver.all({ sql: `select * from ${table} where workspace_id = '${id}'`, params: [] }),
        );
      }
      // Attempts of the account itself.
      return JSON.stringify(found).replaceAll(/"failed_verification_count":\d+/g, "");
    },
  };
}
