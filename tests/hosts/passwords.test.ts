/** Real password hashes on every host, each over the same database: a user who signed up on one signs in on all. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openLab } from "../matrix/lab.ts";
import type { Running, Target } from "../matrix/target.ts";
import { TARGETS } from "../matrix/targets/index.ts";
import { type NeonServer, startNeonServer } from "../support/neon-server.ts";
import { build } from "./hosts.ts";

const PASSWORD = "correct horsé battery";
const SETTINGS = { PASSWORD_HASHING: "scrypt" };

const lab = await openLab({ postgres: true });
const targets = TARGETS.filter(({ name }) => /× (postgres|Neon HTTP)$/.test(name));
let url = "";
let neon: NeonServer;

beforeAll(async () => {
  await build(...targets.flatMap(({ builds }) => builds));
  if (!lab.postgres) return;
  url = await lab.database();
  neon = await startNeonServer({ databaseUrl: url });
});
afterAll(async () => {
  await neon?.close();
  await lab.close();
});

/** Over the one database. */
const start = (target: Target): Promise<Running> =>
  target.start({ ...lab, database: async () => url, neon: async () => neon }, SETTINGS);

async function post({ baseUrl, fetch }: Running, path: string, body: object, headers: Record<string, string> = {}) {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  const answer = await fetch(new Request(baseUrl + path, { ...init, body: JSON.stringify(body) }));
  return { status: answer.status, text: await answer.text() };
}

const emailOf = (target: Target): string => `${target.name.toLowerCase().replace(/\W+/g, "-")}@example.com`;
const signIn = (host: Running, email: string, password = PASSWORD) =>
  post(host, "/api/auth/sign-in/email", { email, password });
/** The first account of a database is the operator's. */
const setUp = async (host: Running) => {
  const operator = { name: "Operator", email: "operator@example.com", password: PASSWORD };
  return post(host, "/api/operator/auth/sign-up/email", operator, { "x-plinth-setup-token": await host.setupToken() });
};

describe("accounts of all hosts", () => {
  const made: Target[] = [];
  for (const target of targets) {
    const missing = target.missing(lab);
    test.skipIf(missing !== undefined)(
      `sign up, and sign in with those of the others, on ${target.name}${missing ? ` — ${missing}` : ""}`,
      async () => {
        const host = await start(target);
        try {
          const person = { name: "Ada", email: emailOf(target), password: PASSWORD };
          if (made.length === 0) expect((await setUp(host)).status).toBe(200);
          const signUp = await post(host, "/api/auth/sign-up/email", person);
          expect([signUp.status, signUp.text]).toEqual([200, expect.stringContaining(person.email)]);
          made.push(target);
          // Those of the first and the last host, and one's own; the rest follows from their hashes being alike.
          for (const other of new Set([made[0]!, made.at(-2) ?? target, target])) {
            expect((await signIn(host, emailOf(other))).status).toBe(200);
          }
          expect((await signIn(host, emailOf(made[0]!), "correct horse battery")).status).toBe(401);
        } finally {
          await host.stop();
        }
      },
    );
  }
});
