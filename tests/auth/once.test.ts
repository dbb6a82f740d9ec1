/** What opens an account once does so once, however many try at the same moment on however many servers. */
import { afterAll, describe, expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { bearer, type TestApp, testApp } from "../../apps/server/src/testing/app.ts";
import { mailer } from "../../apps/server/src/testing/senders.ts";
import { postgresJs } from "../../packages/adapters-postgres/src/postgres-js.ts";
import { bunSqlite } from "../../packages/adapters-sqlite/src/bun.ts";
import { codeFor } from "../../packages/auth/test/authenticator.ts";
import { startPostgres } from "../support/postgres.ts";

const AT_ONCE = 8;
const PASSWORD = "correct horse";

interface World {
  readonly servers: readonly [TestApp, TestApp];
  readonly operator: Record<string, string>;
  /** A new user's session. */
  user(): Promise<{ email: string; headers: Record<string, string> }>;
  /** The newest mail to an address. */
  mailTo(email: string): Promise<string>;
}

async function openWorld(drivers: readonly [SqlDriver, SqlDriver]): Promise<World> {
  const settings = { authRateLimit: 0 };
  const first = testApp(settings, { driver: drivers[0], mailer });
  const operator = bearer(await first.signUp("operator@example.com"));
  const servers = [first, testApp(settings, { driver: drivers[1], mailer })] as const;
  let n = 0;
  const read = async <T>(path: string) =>
    ((await (await first.call(path, { headers: operator })).json()) as { data: T }).data;
  return {
    servers,
    operator,
    async user() {
      const email = `user${++n}@example.com`;
      const headers = bearer(await first.signUp(email));
      await first.driver.run({
        sql: `update plinth_users set email_verified = 1 where email = '${email}'`,
        params: [],
      });
      return { email, headers };
    },
    async mailTo(email) {
      const [mail] = await read<{ id: string }[]>(`/api/mail/outbox?to=${encodeURIComponent(email)}&limit=1`);
      return (await read<{ content: { text: string } }>(`/api/mail/outbox/${mail!.id}`)).content.text;
    },
  };
}

const tokenIn = (mail: string) => new URL(/https?:\S+/.exec(mail)![0]).searchParams.get("token")!;

/** Something that may be used once: one attempt to use it. */
type Attempt = (server: TestApp, i: number) => Promise<Response>;

/** A user with a second factor: its code, its recovery codes, and challenges of as many sign-ins. */
async function withSecondFactor({ servers: [server], user }: World) {
  const { email, headers } = await user();
  const enabled = await server.send("/api/auth/two-factor/enable", { password: PASSWORD }, headers);
  const { totp_uri: uri, backup_codes: codes } = (await enabled.json()) as { totp_uri: string; backup_codes: string[] };
  await server.send("/api/auth/two-factor/verify-totp", { code: await codeFor(uri, 0) }, headers);
  const challenges: string[] = [];
  for (let i = 0; i < AT_ONCE; i++) {
    const answer = await server.send("/api/auth/sign-in/email", { email, password: PASSWORD });
    challenges.push(((await answer.json()) as { challenge: string }).challenge);
  }
  return { uri, codes, challenges };
}

const once: Record<string, (world: World) => Promise<Attempt>> = {
  async "a link that signs in"({ servers: [server], user, mailTo }) {
    const { email } = await user();
    await server.send("/api/auth/sign-in/magic-link", { email });
    const token = tokenIn(await mailTo(email));
    return (one) => one.send("/api/auth/magic-link/verify", { token });
  },
  async "a link that makes an account"({ servers: [server], mailTo }) {
    const email = "linked@example.com";
    await server.send("/api/auth/sign-in/magic-link", { email });
    const token = tokenIn(await mailTo(email));
    return (one) => one.send("/api/auth/magic-link/verify", { token });
  },
  async "a code in a mail"({ servers: [server], user, mailTo }) {
    const { email } = await user();
    await server.send("/api/auth/email-otp/send-verification-otp", { email });
    const otp = /^\d{6}$/m.exec(await mailTo(email))![0];
    return (one) => one.send("/api/auth/sign-in/email-otp", { email, otp });
  },
  async "a link for a new password"({ servers: [server], user, mailTo }) {
    const { email } = await user();
    await server.send("/api/auth/request-password-reset", { email });
    const token = tokenIn(await mailTo(email));
    return (one, i) => one.send("/api/auth/reset-password", { token, new_password: `another horse ${i}` });
  },
  async "a link for a new address"({ servers: [server], user, mailTo }) {
    const { email, headers } = await user();
    const newEmail = `new-${email}`;
    await server.send("/api/auth/change-email", { new_email: newEmail }, headers);
    const approved = await server.send("/api/auth/verify-email", { token: tokenIn(await mailTo(email)) });
    expect(approved.status).toBe(200);
    const token = tokenIn(await mailTo(newEmail));
    return (one) => one.send("/api/auth/verify-email", { token });
  },
  async "an invitation, by a new account"({ servers: [server], operator }) {
    const made = await server.send("/api/invitations", { email: "guest@example.com" }, operator);
    const { token: invitation } = ((await made.json()) as { data: { token: string } }).data;
    const body = { name: "Guest", email: "guest@example.com", password: PASSWORD, invitation };
    return (one) => one.send("/api/auth/sign-up/email", body);
  },
  async "an invitation, by an account that is there"({ servers: [server], operator, user }) {
    const { email, headers } = await user();
    const made = await server.send("/api/invitations", { email }, operator);
    const { token: invitation } = ((await made.json()) as { data: { token: string } }).data;
    return (one) => one.send("/api/invitations/accept", { invitation }, headers);
  },
  async "a code of an authenticator app"(world) {
    const { uri, challenges } = await withSecondFactor(world);
    // The code of the next step: the one of this step has confirmed the second factor.
    const code = await codeFor(uri, 1);
    return (one, i) => one.send("/api/auth/two-factor/verify-totp", { code, challenge: challenges[i] });
  },
  async "a recovery code"(world) {
    const { codes, challenges } = await withSecondFactor(world);
    const [code] = codes;
    return (one, i) => one.send("/api/auth/two-factor/verify-backup-code", { code, challenge: challenges[i] });
  },
};

function suite(name: string, open: () => Promise<World>): void {
  describe(name, () => {
    let opened: Promise<World> | undefined;
    const world = () => {
      opened ??= open();
      return opened;
    };
    afterAll(async () => {
      for (const { app } of (await opened)?.servers ?? []) await app.close();
    });

    test.each(Object.entries(once))("%s", async (_, prepare) => {
      const { servers } = await world();
      const attempt = await prepare(await world());
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => attempt(servers[i % 2]!, i)));
      const statuses = answers.map(({ status }) => status);
      expect([statuses.filter((status) => status === 200).length, statuses]).toEqual([1, statuses]);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect((await attempt(servers[0], 0)).ok).toBe(false);
    });

    test("a refresh token: all get the same next one", async () => {
      const { servers, user } = await world();
      const { headers } = await user();
      const made = (await (await servers[0].send("/api/auth/token", undefined, headers)).json()) as {
        data: { refresh_token: string };
      };
      const body = { refresh_token: made.data.refresh_token };
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, i) => {
          const answer = await servers[i % 2]!.send("/api/auth/token/refresh", body);
          return ((await answer.json()) as { data?: { refresh_token: string } }).data?.refresh_token;
        }),
      );
      expect(answers[0]).toBeDefined();
      expect(new Set(answers).size).toBe(1);
    });
  });
}

suite("SQLite", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  return openWorld([driver, driver]);
});

const postgres = await startPostgres();
afterAll(() => postgres?.stop());
if (!postgres) test.skip("Postgres — there is none here", () => {});
else {
  suite("Postgres", async () => {
    const url = await postgres.createDatabase("plinth_once");
    return openWorld([postgresJs({ url }), postgresJs({ url })]);
  });
}
