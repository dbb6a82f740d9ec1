/**
 * Processes that are killed while people sign up, by password, by phone, without an account and by invitations of users and
 * members, and while others are invited: no account is half made, and mails keep the promise of the outbox, which is "at least once": each stands in it once, and
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
      // Long enough for some mails to be delivered by a process that has just started.
      await Bun.sleep(Math.random() * 500);
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
async function requireWhole(server: KilledServer, emails: readonly string[], plane = "/api"): Promise<void> {
  const refused: string[] = [];
  const signIn = async (email: string) => {
    const answer = await server.post(`${plane}/auth/sign-in/email`, { email, password: PASSWORD });
    if (answer?.status !== 200) refused.push(`${email}: ${answer?.status}`);
  };
  for (let from = 0; from < emails.length; from += AT_ONCE) {
    await Promise.all(emails.slice(from, from + AT_ONCE).map(signIn));
  }
  expect(refused).toEqual([]);
}

type Users = Awaited<ReturnType<KilledServer["list"]>>;

/** Each of them has its item in the collection, and a session: the one by which it was made, at least. */
async function requireEntered(server: KilledServer, users: Users): Promise<void> {
  const items = await server.list("/api/items/users?limit=1000");
  expect(textsIn(items, "id")).toEqual(textsIn(users, "id"));
  for (const { id } of users) {
    const answer = await server.get(`/api/users/${id}/export`, server.asOperator());
    const { sessions } = (await answer.json()) as { sessions: unknown[] };
    expect([id, sessions.length > 0]).toEqual([id, true]);
  }
}

/** Newcomers by phone: a code for each number, which are used while the server is killed. */
async function phones(server: KilledServer, count: number) {
  const numbers = Array.from({ length: count }, (_, n) => `+49151${String(10_000_000 + n)}`);
  const codeFor = async (phone: string): Promise<string> => {
    await server.post("/api/auth/phone-code/send", { phone });
    const [sms] = await server.list(`/api/mail/outbox?to=${encodeURIComponent(phone)}&limit=1`);
    const answer = await server.get(`/api/mail/outbox/${sms!.id}`, server.asPerson());
    const { data } = (await answer.json()) as { data: { content: { text: string } } };
    return /^\d{6}/.exec(data.content.text)![0];
  };
  const codes = await Promise.all(numbers.map(codeFor));
  const entered = new Map<string, string>();
  const enter = async (phone: string, code: string) => {
    const answer = await server.post("/api/auth/sign-in/phone-code", { phone, code });
    if (answer?.ok) entered.set(phone, (answer.body.user as { id: string }).id);
  };
  return {
    signUp: (n: number) => enter(numbers[n]!, codes[n]!),
    /** Nobody who got an answer is gone, no number is twice, and a new code opens each account or makes it. */
    async requireWhole(users: Users) {
      const made = users.filter(({ phone }) => phone !== null);
      expect(new Set(textsIn(made, "phone")).size).toBe(made.length);
      const idOf = new Map(made.map(({ phone, id }) => [String(phone), String(id)]));
      for (const [phone, id] of entered) expect([phone, idOf.get(phone)]).toEqual([phone, id]);
      entered.clear();
      await Promise.all(numbers.map(async (phone) => enter(phone, await codeFor(phone))));
      expect([...entered.keys()].sort()).toEqual(numbers.toSorted());
      for (const [phone, id] of idOf) expect([phone, entered.get(phone)]).toEqual([phone, id]);
    },
  };
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
      const ways = { phone: { sign_in: true, sign_up: true, max_per_day: 1000 }, anonymous: { sign_in: true } };
      expect((await server.patch("/api/auth-settings", ways, server.asPerson()))?.status).toBe(200);
      const byPhone = await phones(server, ROUNDS);
      const killAmid = killer(server);
      const answered: string[] = [];
      const tried: string[] = [];
      const guests: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const signUps = Array.from({ length: AT_ONCE - 2 }, async (_, n) => {
          const email = `reader-${round}-${n}${domain}`;
          tried.push(email);
          const answer = await server.post("/api/auth/sign-up/email", person(email));
          if (answer?.ok) answered.push(email);
        });
        const visit = async () => {
          const answer = await server.post("/api/auth/sign-in/anonymous", {});
          if (answer?.ok) guests.push(String(answer.body.token));
        };
        await killAmid(round, [...signUps, byPhone.signUp(round), visit()]);
      }
      const late = Array.from({ length: 2 }, (_, n) => `late-${n}${domain}`);
      for (const email of late) expect((await server.post("/api/auth/sign-up/email", person(email)))?.status).toBe(200);
      await requireDelivered(late);
      const all = await server.list("/api/users?limit=1000");
      const users = textsIn(
        all.filter(({ email }) => email !== null),
        "email",
      );
      const mails = textsIn(await server.list("/api/mail/outbox?limit=1000"), "to").filter((to) => to.endsWith(domain));
      expect(answered.filter((email) => !users.includes(email))).toEqual([]);
      expect(mails).toEqual(users);
      requireOnce(mails, deliveredTo(domain, "/verify-email?token"));
      await requireEntered(server, all);
      await requireWhole(server, users);
      await byPhone.requireWhole(all);
      const anonymous = all.filter(({ is_anonymous }) => is_anonymous);
      expect(anonymous.length).toBeGreaterThanOrEqual(guests.length);
      for (const token of guests) {
        expect((await server.get("/api/me", { authorization: `Bearer ${token}` })).status).toBe(200);
      }
      // An address whose sign-up was cut off is as free as before.
      const cutOff = tried.filter((email) => !users.includes(email));
      for (const email of cutOff)
        expect((await server.post("/api/auth/sign-up/email", person(email)))?.status).toBe(200);
      expect([users, anonymous].filter((some) => some.length < 2)).toEqual([]);
      await server.stop();
    });

    test("a process that is killed while people are invited and accept leaves no invitation half accepted", async () => {
      const server = await killedServer(lab, engine, settings());
      const killAmid = killer(server);
      const guests = `guests-${engine.name.toLowerCase()}.test`;
      expect((await server.post("/api/roles", { name: "editor" }, server.asOperator()))?.status).toBe(201);
      const kinds = [
        {
          invite: { path: "/api/invitations", as: { roles: ["editor"] } },
          invitations: "/api/invitations?limit=500",
          people: "/api/users?limit=1000",
          plane: "/api",
          isOne: ({ roles }: Users[0]) => (roles as string[]).includes("editor"),
        },
        {
          invite: { path: "/api/member-invitations", as: { role: "viewer" } },
          invitations: "/api/member-invitations",
          people: "/api/operators",
          plane: "/api/operator",
          isOne: ({ id }: Users[0]) => members.some((member) => member.id === id && member.role === "viewer"),
        },
      ].map((kind, n) => ({
        ...kind,
        domain: `@${n}.${guests}`,
        tokens: new Map<string, string>(),
        answered: [] as string[],
      }));
      type Kind = (typeof kinds)[0];
      let members: Users = [];
      const invite = async ({ invite: { path, as }, tokens }: Kind, name: string) => {
        const answer = await server.post(path, { email: name, send_mail: true, ...as }, server.asPerson());
        if (answer) expect([name, answer.status]).toEqual([name, 201]);
        if (answer?.ok) tokens.set(name, String((answer.body.data as { token: string }).token));
      };
      const accept = async ({ plane, tokens, answered }: Kind, email: string) => {
        const body = { ...person(email), invitation: tokens.get(email) };
        const answer = await server.post(`${plane}/auth/sign-up/email`, body);
        if (answer?.ok) answered.push(email);
        return answer?.status;
      };
      const guestOf = ({ domain }: Kind, round: number) => `guest-${round}${domain}`;
      for (const kind of kinds) await invite(kind, guestOf(kind, 0));
      for (let round = 0; round < ROUNDS; round++) {
        const invited = kinds.filter((kind) => kind.tokens.has(guestOf(kind, round)));
        const next = kinds.map((kind) => invite(kind, guestOf(kind, round + 1)));
        await killAmid(round, [...invited.map((kind) => accept(kind, guestOf(kind, round))), ...next]);
        // The kill cut some of them off: as anybody without an answer would, the operator invites again.
        for (const kind of kinds) {
          const email = guestOf(kind, round + 1);
          if (!kind.tokens.has(email)) await invite(kind, `again-${email}`);
        }
      }
      await Promise.all(kinds.map((kind) => invite(kind, `late${kind.domain}`)));
      await requireDelivered(kinds.map(({ domain }) => `late${domain}`));
      members = await server.list("/api/members", server.asPerson());
      const outbox = await server.list("/api/mail/outbox?limit=1000");
      for (const kind of kinds) {
        const { domain, tokens, answered } = kind;
        const of = (rows: Users, key: string) => rows.filter((row) => String(row[key]).endsWith(domain));
        const people = of(await server.list(kind.people, server.asPerson()), "email");
        const invitations = of(await server.list(kind.invitations, server.asPerson()), "email");
        const emails = textsIn(people, "email");
        const accepted = invitations.filter(({ state }) => state === "accepted");
        expect(answered.filter((email) => !emails.includes(email))).toEqual([]);
        expect(textsIn(accepted, "email")).toEqual(emails);
        expect(textsIn(accepted, "accepted_by")).toEqual(textsIn(people, "id"));
        expect(people.filter((one) => !kind.isOne(one))).toEqual([]);
        expect([...tokens.keys()].filter((email) => !textsIn(invitations, "email").includes(email))).toEqual([]);
        const mails = textsIn(
          of(outbox, "to").filter(({ template }) => String(template).endsWith("invitation")),
          "to",
        );
        expect(mails).toEqual(textsIn(invitations, "email"));
        requireOnce(mails, deliveredTo(domain, "/invitation?token"));
        await requireWhole(server, emails, kind.plane);
        // Somebody who was cut off uses the invitation that is still open.
        const open = [...tokens.keys()].filter((email) => !emails.includes(email));
        for (const email of open) expect([email, await accept(kind, email)]).toEqual([email, 200]);
        expect(accepted.length).toBeGreaterThan(1);
      }
      await server.stop();
    });
  });
}
