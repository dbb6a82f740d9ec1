/**
 * Processes that are killed while people sign up, with and without an invitation, and while others are invited: no
 * account is half made, and mails keep the promise of the outbox, which is "at least once": each stands in it once, and
 * one that was being sent at a kill is sent again, after the two minutes of its lease and with the same Message-ID.
 */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { startSmtpServer, type TestSmtpServer } from "../../packages/adapters-smtp/test/smtp-server.ts";
import { openLab } from "../matrix/lab.ts";
import { ENGINES, type KilledServer, killedServer, PASSWORD, person } from "./killed-server.ts";

const ROUNDS = 20;
const AT_ONCE = 4;

const lab = await openLab({ postgres: true });
let smtp: TestSmtpServer;
beforeAll(async () => {
  smtp = await startSmtpServer({ user: "plinth", password: "hunter2" });
});
afterAll(async () => {
  await smtp.close();
  await lab.close();
});

/** A real mail server. Hashes are cheap: real ones are nearly all that a sign-up takes, and a kill meets little else. */
const settings = () => ({
  MAIL_URL: `smtp://plinth:hunter2@127.0.0.1:${smtp.port}`,
  MAIL_FROM: "Example <mail@example.com>",
});

/**
 * Kills the server while requests are under way, at any moment that they take, and while their mails are sent: two rounds
 * each in turn, so that what is made in one round is used in a round of either kind.
 */
function killer(server: KilledServer): (round: number, requests: readonly Promise<unknown>[]) => Promise<void> {
  let took = 50;
  return async (round, requests) => {
    const begun = performance.now();
    const answered = Promise.all(requests);
    const whole = answered.then(() => performance.now() - begun);
    if (round % 4 < 2) {
      const killed = Bun.sleep(Math.random() * took).then(() => undefined);
      took = (await Promise.race([whole, killed])) ?? took;
    } else {
      took = await whole;
      await Bun.sleep(Math.random() * 100);
    }
    server.kill();
    await answered;
    await server.restart();
  };
}

/** After the last kill, mails go out as ever. */
const requireDelivered = (emails: readonly string[]) =>
  until(() => emails.every((email) => smtp.delivered.some(({ to }) => to[0] === email)), "mails");

/** Everybody of the list signs in with the password. */
async function requireWhole(server: KilledServer, emails: readonly string[]): Promise<void> {
  const refused: string[] = [];
  const signIn = async (email: string) => {
    const answer = await server.post("/api/auth/sign-in/email", { email, password: PASSWORD });
    if (answer?.status !== 200) refused.push(`${email}: ${answer?.status}`);
  };
  for (let from = 0; from < emails.length; from += AT_ONCE) {
    await Promise.all(emails.slice(from, from + AT_ONCE).map(signIn));
  }
  expect(refused).toEqual([]);
}

/** No address got a mail of this kind twice, and what was delivered stands in the outbox. */
function requireOnce(inOutbox: readonly string[], delivered: readonly { to: string; id: string }[]): void {
  expect(delivered.length).toBeGreaterThan(1);
  expect(inOutbox.filter((to, i) => inOutbox.indexOf(to) !== i)).toEqual([]);
  expect(delivered.filter(({ to }) => !inOutbox.includes(to))).toEqual([]);
  const idsOf = (to: string) => new Set(delivered.filter((mail) => mail.to === to).map(({ id }) => id)).size;
  expect(inOutbox.filter((to) => idsOf(to) > 1)).toEqual([]);
  const times = Map.groupBy(delivered, ({ id }) => id);
  // Once more for each kill that met it while it was sent, and no sooner than its lease: so hardly ever twice here.
  expect([...times.values()].filter((mails) => mails.length > 2)).toEqual([]);
}

/** Mails with this page's link. */
const deliveredTo = (domain: string, page: string) =>
  smtp.delivered
    .filter(({ to, raw }) => to[0]!.endsWith(domain) && raw.replaceAll(/=\r?\n/g, "").includes(page))
    .map(({ to, raw }) => ({ to: to[0]!, id: /^Message-ID: (.+)$/im.exec(raw)![1]!.trim() }));

const textsIn = (rows: readonly Record<string, unknown>[], key: string) => rows.map((row) => String(row[key])).sort();

for (const engine of ENGINES) {
  const missing = engine.missing(lab);
  describe.skipIf(missing)(`on ${engine.name}${missing ? " — there is no Postgres here" : ""}`, () => {
    const domain = `@${engine.name.toLowerCase()}.test`;

    test("a process that is killed while people sign up leaves no account half made, and no mail without one", async () => {
      const server = await killedServer(lab, engine, settings());
      const killAmid = killer(server);
      const answered: string[] = [];
      const tried: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const signUps = Array.from({ length: AT_ONCE }, async (_, n) => {
          const email = `reader-${round}-${n}${domain}`;
          tried.push(email);
          const answer = await server.post("/api/auth/sign-up/email", person(email));
          if (answer?.ok) answered.push(email);
        });
        await killAmid(round, signUps);
      }
      const late = Array.from({ length: 2 }, (_, n) => `late-${n}${domain}`);
      for (const email of late) expect((await server.post("/api/auth/sign-up/email", person(email)))?.status).toBe(200);
      await requireDelivered(late);
      const users = textsIn(await server.list("/api/users?limit=1000"), "email");
      const mails = textsIn(await server.list("/api/mail/outbox?limit=1000"), "to").filter((to) => to.endsWith(domain));
      expect(answered.filter((email) => !users.includes(email))).toEqual([]);
      expect(mails).toEqual(users);
      requireOnce(mails, deliveredTo(domain, "/verify-email?token"));
      await requireWhole(server, users);
      // An address whose sign-up was cut off is as free as before.
      const cutOff = tried.filter((email) => !users.includes(email));
      for (const email of cutOff)
        expect((await server.post("/api/auth/sign-up/email", person(email)))?.status).toBe(200);
      expect(users.length).toBeGreaterThan(1);
      await server.stop();
    });

    test("a process that is killed while people are invited and accept leaves no invitation half accepted", async () => {
      const server = await killedServer(lab, engine, settings());
      const killAmid = killer(server);
      const guests = `@guests-${engine.name.toLowerCase()}.test`;
      expect((await server.post("/api/roles", { name: "editor" }, server.asOperator()))?.status).toBe(201);
      const tokens = new Map<string, string>();
      const invite = async (email: string) => {
        const input = { email, roles: ["editor"], send_mail: true };
        const answer = await server.post("/api/invitations", input, server.asOperator());
        if (answer?.ok) tokens.set(email, String((answer.body.data as { token: string }).token));
      };
      const answered: string[] = [];
      const accept = async (email: string) => {
        const answer = await server.post("/api/auth/sign-up/email", {
          ...person(email),
          invitation: tokens.get(email),
        });
        if (answer?.ok) answered.push(email);
        return answer?.status;
      };
      const guestsOf = (round: number) => Array.from({ length: AT_ONCE / 2 }, (_, n) => `guest-${round}-${n}${guests}`);
      await Promise.all(guestsOf(0).map(invite));
      for (let round = 0; round < ROUNDS; round++) {
        const invited = guestsOf(round).filter((email) => tokens.has(email));
        await killAmid(round, [...invited.map(accept), ...guestsOf(round + 1).map(invite)]);
        // The kill cut some of them off: as anybody without an answer would, the operator invites again.
        for (const email of guestsOf(round + 1)) if (!tokens.has(email)) await invite(`again-${email}`);
      }
      const late = Array.from({ length: 2 }, (_, n) => `late-${n}${guests}`);
      await Promise.all(late.map(invite));
      await requireDelivered(late);
      const users = await server.list("/api/users?limit=1000");
      const invitations = await server.list("/api/invitations?limit=500");
      const emails = textsIn(users, "email");
      const accepted = invitations.filter(({ state }) => state === "accepted");
      expect(answered.filter((email) => !emails.includes(email))).toEqual([]);
      expect(textsIn(accepted, "email")).toEqual(emails);
      expect(textsIn(accepted, "accepted_by")).toEqual(textsIn(users, "id"));
      expect(users.filter(({ roles }) => !(roles as string[]).includes("editor"))).toEqual([]);
      expect([...tokens.keys()].filter((email) => !textsIn(invitations, "email").includes(email))).toEqual([]);
      const outbox = (await server.list("/api/mail/outbox?limit=1000")).filter(
        ({ template }) => template === "invitation",
      );
      expect(textsIn(outbox, "to")).toEqual(textsIn(invitations, "email"));
      requireOnce(textsIn(outbox, "to"), deliveredTo(guests, "/invitation?token"));
      await requireWhole(server, emails);
      // A user who was cut off uses the invitation that is still open.
      const open = [...tokens.keys()].filter((email) => !emails.includes(email));
      for (const email of open) expect([email, await accept(email)]).toEqual([email, 200]);
      expect(accepted.length).toBeGreaterThan(1);
      await server.stop();
    });
  });
}
