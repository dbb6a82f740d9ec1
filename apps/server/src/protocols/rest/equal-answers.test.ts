/** Nobody learns from an answer, or from the work behind it, whether an address has an account. The routes come from the table. */
import { beforeAll, expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { PasswordHasher, SqlDriver, SqlQuery } from "@plinth/core";
import * as z from "zod";
import type { Route } from "../../http/route.ts";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";
import { mailer } from "../../testing/senders.ts";
import { PROTOCOLS } from "../index.ts";

/** What a request made the server do. */
interface Work {
  hashes: number;
  statements: number;
}

let work: Work;

const passwords: PasswordHasher = {
  async hash(password) {
    work.hashes++;
    return `plain:${password}`;
  },
  async verify({ hash, password }) {
    work.hashes++;
    return hash === `plain:${password}`;
  },
  isWeaker: () => false,
};

/** What sends mails works beside requests; what is known of a workspace is renewed, and what has expired deleted, by time. */
const BESIDE =
  /plinth_mail|from "plinth_(?:workspaces|auth_settings)"|^delete from "plinth_verifications" where \("plinth_verifications"."expires_at" < /;

/** Counts what requests send to the database. */
function counting(driver: SqlDriver): SqlDriver {
  const { all, run, batch } = driver;
  const note = ({ sql }: SqlQuery): void => {
    if (!BESIDE.test(sql)) work.statements++;
  };
  return Object.assign(driver, {
    all(query: SqlQuery) {
      note(query);
      return all(query);
    },
    run(query: SqlQuery) {
      note(query);
      return run(query);
    },
    batch(queries: SqlQuery[]) {
      queries.forEach(note);
      return batch(queries);
    },
  });
}

const PASSWORD = "correct horse";
const unconfirmed = "unconfirmed@example.com";
const KNOWN = ["confirmed@example.com", unconfirmed];

let world: TestApp;
let session: Record<string, string>;

beforeAll(async () => {
  work = { hashes: 0, statements: 0 };
  const driver = counting(bunSqlite({ path: ":memory:" }));
  const settings = { authRateLimit: 0, emailVerification: "required", passwordHashing: "scrypt" } as const;
  // Stands still: nothing is renewed or deleted by time while a request is counted.
  const now = Date.now();
  const clock = { now: () => now };
  world = testApp(settings, { driver, passwords, mailer, sms: { ...mailer, send: async () => {} }, clock });
  for (const name of ["operator", "confirmed", "caller"]) await world.signUp(`${name}@example.com`);
  await driver.run({ sql: "update plinth_users set email_verified = 1", params: [] });
  await world.signUp(unconfirmed);
  const operator = await world.send("/api/operator/auth/sign-in/email", {
    email: "operator@example.com",
    password: PASSWORD,
  });
  const phone = { sign_in: true, max_per_day: 1000 };
  const turnedOn = await world.send(
    "/api/auth-settings",
    { phone },
    bearer(operator.headers.get("set-auth-token")!),
    "PATCH",
  );
  expect(turnedOn.status).toBe(200);
  for (const address of KNOWN) {
    const sql = `update plinth_users set phone = '${phoneOf(address)}' where email = '${address}'`;
    await driver.run({ sql, params: [] });
  }
  const signedIn = await world.send("/api/auth/sign-in/email", { email: "caller@example.com", password: PASSWORD });
  session = bearer(signedIn.headers.get("set-auth-token")!);
});

const ADDRESSES = ["email", "new_email", "phone", "phone_number"];

const routes: readonly Route[] = PROTOCOLS.flatMap((protocol) => protocol.routes);
const shapeOf = ({ body }: Route): object => (body instanceof z.ZodObject ? body.shape : {});
const fieldOf = (route: Route) => ADDRESSES.find((name) => Object.hasOwn(shapeOf(route), name));
/** Not those of administrators: they see who has an account. */
const taking = routes.filter((route) => route.path.startsWith("/api/auth/") && fieldOf(route) !== undefined);

/** A number for each address. */
const phoneOf = (address: string): string =>
  `+49${[...address].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7) + 1e9}`;
const valueIn = (route: Route, address: string): string => (fieldOf(route) === "phone" ? phoneOf(address) : address);

const VALUES: Readonly<Record<string, string>> = {
  name: "Someone",
  password: "wrong horse",
  otp: "000000",
  code: "000000",
};

/** Answers that differ in nothing but the address, ids and times. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shape(one)]));
  }
  return typeof value === "string" && /@|^[\dTZ:.-]{20,}$|^[\da-f-]{36}$/.test(value) ? "…" : value;
}

async function ask(route: Route, address: string) {
  const given = Object.entries(VALUES).filter(([name]) => Object.hasOwn(shapeOf(route), name));
  const body = { ...Object.fromEntries(given), [fieldOf(route)!]: valueIn(route, address) };
  work = { hashes: 0, statements: 0 };
  const began = performance.now();
  const response = await world.send(route.path, body, route.access === "account" ? session : {});
  const ms = performance.now() - began;
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
  return { answer: [response.status, headers, shape(await response.json())], ms, ...work };
}

let strangers = 0;
const stranger = () => `stranger${++strangers}@example.com`;

test("such routes are known", () => {
  expect(taking.length).toBeGreaterThanOrEqual(8);
});

test.each(taking.map((route) => [route.path, route] as const))(
  "%s answers alike, with the same work, whether there is an account or not",
  async (path, route) => {
    // What a process reads once is read.
    await ask(route, stranger());
    // A code has to be asked for before it is guessed.
    const prepared = async (address: string) => {
      if (path.endsWith("/sign-in/email-otp")) {
        await world.send("/api/auth/email-otp/send-verification-otp", { email: address });
      }
      if (path.endsWith("/sign-in/phone-code")) {
        await world.send("/api/auth/phone-code/send", { phone: phoneOf(address) });
      }
      if (path.endsWith("/verify-phone")) {
        await world.send("/api/auth/change-phone", { phone: phoneOf(address) }, session);
      }
      return ask(route, address);
    };
    const unknown = await prepared(stranger());
    for (const address of KNOWN) {
      const known = await prepared(address);
      expect([address, known.answer]).toEqual([address, unknown.answer]);
      expect([address, known.hashes]).toEqual([address, unknown.hashes]);
      // What cannot be the same work takes the same time.
      if (Math.min(known.ms, unknown.ms) < 495)
        expect([address, known.statements]).toEqual([address, unknown.statements]);
    }
  },
);
