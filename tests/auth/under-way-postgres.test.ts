/**
 * Requests that are under way while what they rely on ends, on Postgres, where batches run side by side. A lock that another
 * connection holds keeps each where it is: nothing depends on time.
 */
import { afterAll, expect, test } from "bun:test";
import type { SqlQuery } from "@plinth/core";
import { bearer, testApp } from "../../apps/server/src/testing/app.ts";
import { mailer } from "../../apps/server/src/testing/senders.ts";
import { postgresJs } from "../../packages/adapters-postgres/src/postgres-js.ts";
import { startPostgres } from "../support/postgres.ts";

const OLD = "correct horse";
const NEW = "another password 2";

async function openWorld(url: string) {
  const driver = postgresJs({ url });
  const [holder, locker, observer] = [1, 2, 3].map(() => postgresJs({ url, max: 1 })) as [
    typeof driver,
    typeof driver,
    typeof driver,
  ];
  const app = testApp({ authRateLimit: 0 }, { driver, mailer });
  const operator = bearer(await app.signUp("operator@example.com"));
  const read = async <T>(answer: Promise<Response>) => ((await (await answer).json()) as { data: T }).data;
  const waiting = async (count: number): Promise<void> => {
    const sql = `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    while (Number((await observer.all({ sql, params: [] }))[0]!.n) < count) await Bun.sleep(2);
  };
  return {
    ...app,
    operator,
    read,
    /** While the row is locked, each of the requests begins once the one before waits. Their answers, once it is free. */
    async queued(lock: SqlQuery, ...requests: (() => Promise<Response>)[]): Promise<Response[]> {
      await holder.all({ sql: "select pg_advisory_lock(1)", params: [] });
      const locked = locker.batch([lock, { sql: "select pg_advisory_xact_lock(1)", params: [] }]);
      await waiting(1);
      const answers: Promise<Response>[] = [];
      for (const begin of requests) {
        answers.push(begin());
        await waiting(answers.length + 1);
      }
      await holder.all({ sql: "select pg_advisory_unlock(1)", params: [] });
      await locked;
      return Promise.all(answers);
    },
    /** The token in the newest mail to an address. */
    async tokenFor(email: string): Promise<string> {
      const [mail] = await read<{ id: string }[]>(
        app.call(`/api/mail/outbox?to=${encodeURIComponent(email)}&limit=1`, { headers: operator }),
      );
      const shown = await read<{ content: { text: string } }>(
        app.call(`/api/mail/outbox/${mail!.id}`, { headers: operator }),
      );
      return new URL(/https?:\S+/.exec(shown.content.text)![0]).searchParams.get("token")!;
    },
    close: () => Promise.all([driver, holder, locker, observer].map((one) => one.close!())),
  };
}

type World = Awaited<ReturnType<typeof openWorld>>;
type End = (world: World, email: string, session: string) => Promise<() => Promise<Response>>;

/** How an old password ends: what is ready to be sent. */
const ENDS: Record<string, End> = {
  "a reset": async ({ send, tokenFor }, email) => {
    await send("/api/auth/request-password-reset", { email });
    const token = await tokenFor(email);
    return () => send("/api/auth/reset-password", { token, new_password: NEW });
  },
  "a change": async ({ send }, _, session) => {
    const body = { current_password: OLD, new_password: NEW };
    return () => send("/api/auth/change-password", body, bearer(session));
  },
  "the owner of the address, who comes by a link": async ({ send, tokenFor }, email) => {
    await send("/api/auth/sign-in/magic-link", { email });
    const token = await tokenFor(email);
    return () => send("/api/auth/magic-link/verify", { token });
  },
};

/** What a sign-in waits for, at one statement of its batch or the next. */
const LOCKS: Record<string, string> = {
  users: "update plinth_users set name = name where id = ",
  accounts: "update plinth_accounts set password = password where user_id = ",
};

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

if (!postgres) test.skip("requests under way — there is no Postgres here", () => {});
else {
  const world = await openWorld(await postgres.createDatabase("plinth_under_way"));
  afterAll(() => world.close());
  let n = 0;

  for (const [what, ready] of Object.entries(ENDS)) {
    test.each(Object.entries(LOCKS))(
      `a session by the old password ends with ${what}, while %s are locked`,
      async (_, lock) => {
        const { send, signUp, call, queued, read } = world;
        const email = `user${++n}@example.com`;
        const session = await signUp(email);
        const { id } = await read<{ id: string }>(call("/api/me", { headers: bearer(session) }));
        const end = await ready(world, email, session);
        const signIn = () => send("/api/auth/sign-in/email", { email, password: OLD });
        const [signedIn, ended] = await queued({ sql: `${lock}'${id}'`, params: [] }, signIn, end);
        expect(ended!.status).toBe(200);
        const token = signedIn!.headers.get("set-auth-token");
        expect([signedIn!.status, token === null]).toEqual(signedIn!.status === 200 ? [200, false] : [401, true]);
        const left = await world.driver.all({
          sql: `select token from plinth_sessions where user_id = '${id}'`,
          params: [],
        });
        const own = ended!.headers.get("set-auth-token")?.split(".")[0];
        expect(left.map((row) => row.token)).toEqual(own === undefined ? [] : [own]);
      },
    );
  }

  test("an acceptance holds the roles before its invitation, as the deletion of a role does", async () => {
    const { send, queued, read, operator, driver } = world;
    expect((await send("/api/roles", { name: "author" }, operator)).status).toBe(201);
    const email = "joan@example.com";
    const { id, token } = await read<{ id: string; token: string }>(
      send("/api/invitations", { email, roles: ["author"] }, operator),
    );
    const accept = () => send("/api/auth/sign-up/email", { name: "Joan", email, password: OLD, invitation: token });
    let free: unknown;
    const remove = async () => {
      free = await driver.all({
        sql: "select name from plinth_roles where name = 'author' for update skip locked",
        params: [],
      });
      return send("/api/roles/author", undefined, operator, "DELETE");
    };
    const lock = { sql: `update plinth_invitations set created_by = created_by where id = '${id}'`, params: [] };
    const answers = await queued(lock, accept, remove);
    expect([free, answers.map(({ status }) => status)]).toEqual([[], [200, 200]]);
    const given = { sql: "select user_id from plinth_user_roles where role = 'author'", params: [] };
    expect(await driver.all(given)).toEqual([]);
  });

  test("who is demoted keeps no key, whichever comes first", async () => {
    const { send, signUp, call, queued, read, operator } = world;
    const ben = bearer(await signUp("ben@example.com"));
    const { id, workspace } = await read<{ id: string; workspace: { id: string } }>(call("/api/me", { headers: ben }));
    const roles = `/api/users/${id}/roles`;
    const keys = () => send("/api/keys", { name: "k", kind: "secret" }, ben);
    const demote = () => send(`${roles}?revoke_keys=true`, { roles: [] }, operator, "PUT");
    const lock = { sql: `update plinth_workspaces set name = name where id = '${workspace.id}'`, params: [] };
    for (const requests of [
      [keys, demote],
      [demote, keys],
    ]) {
      expect((await send(roles, { roles: ["admin"] }, operator, "PUT")).status).toBe(200);
      const answers = await queued(lock, ...requests);
      expect(answers[requests.indexOf(demote)]!.status).toBe(200);
      // Which of them comes first once the lock is free is for Postgres to say.
      const made = answers[requests.indexOf(keys)]!;
      const { data } = (await made.json()) as { data?: { key: string } };
      const used = data && (await call("/api/collections", { headers: { "x-api-key": data.key } })).status;
      expect([made.status, used]).toEqual(data ? [201, 401] : [403, undefined]);
    }
  });

  test.each([
    ["block", "key"],
    ["block", "end"],
    ["sign-out", "key"],
    ["sign-out", "end"],
  ])(
    "who is under way while somebody else ends its sessions (%s, first the %s) makes no key after that",
    async (end, first) => {
      const { send, signUp, call, queued, read, operator, driver } = world;
      const eve = bearer(await signUp(`eve-${end}-${first}@example.com`));
      const { id, workspace } = await read<{ id: string; workspace: { id: string } }>(
        call("/api/me", { headers: eve }),
      );
      expect((await send(`/api/users/${id}/roles`, { roles: ["admin"] }, operator, "PUT")).status).toBe(200);
      const keys = () => send("/api/keys", { name: `by ${end} ${first}`, kind: "secret" }, eve);
      const over = () => send(`/api/users/${id}/${end}`, {}, operator);
      const lock = { sql: `update plinth_workspaces set name = name where id = '${workspace.id}'`, params: [] };
      const order = first === "key" ? [keys, over] : [over, keys];
      const answers = await queued(lock, ...order);
      const [made, ended] = [answers[order.indexOf(keys)], answers[order.indexOf(over)]];
      expect(ended!.status).toBe(200);
      // Which of them comes first once the lock is free is for Postgres to say; a key is stored only if it was made.
      const stored = await driver.all({
        sql: `select id from plinth_api_keys where name = 'by ${end} ${first}'`,
        params: [],
      });
      expect([made!.status, stored.length]).toEqual(made!.status === 201 ? [201, 1] : [403, 0]);
      // What begins later is refused.
      expect((await keys()).status).toBe(401);
      expect(await driver.all({ sql: `select id from plinth_sessions where user_id = '${id}'`, params: [] })).toEqual(
        [],
      );
    },
  );

  test("of several that come at once, only the last one that there may be is stored", async () => {
    const { send, queued, read, operator, driver } = world;
    await send("/api/organizations", undefined, operator, "PUT");
    const nora = { email: "nora@example.com", name: "Nora", password: OLD };
    const owner = (await read<{ id: string }>(send("/api/users", nora, operator))).id;
    const chess = { name: "Chess", slug: "chess", owner };
    const { id } = await read<{ id: string }>(send("/api/organizations", chess, operator));
    // Each has its own row to hold.
    const keys = await Promise.all(
      [1, 2, 3].map((n) => read<{ key: string }>(send("/api/keys", { name: `k${n}`, kind: "secret" }, operator))),
    );
    const team = (name: string, key: string) => send(`/api/organizations/${id}/teams`, { name }, { "x-api-key": key });
    expect((await team("first", keys[0]!.key)).status).toBe(201);
    const [found] = await driver.all({
      sql: "select table_name from plinth_collections where slug = 'organization_teams'",
      params: [],
    });
    const table = `"${found!.table_name}"`;
    const copy = `jsonb_build_object('id', gen_random_uuid(), 'name', 'team ' || i)`;
    await driver.run({
      sql: `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || ${copy})).*
        from generate_series(1, 198) i, (select * from ${table} limit 1) t`,
      params: [],
    });
    const lock = { sql: `lock table ${table} in share mode`, params: [] };
    const answers = await queued(
      lock,
      ...keys.map(
        ({ key }, i) =>
          () =>
            team(`last ${i}`, key),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
  });
}
