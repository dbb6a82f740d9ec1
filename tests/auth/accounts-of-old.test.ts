/**
 * A database of the time when operators had accounts of the default workspace, made by that version of the server with
 * real sign-ups (its tables and rows as SQL are beside this file): everybody's account goes on, each in its own pool.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionScrypt } from "../../apps/server/src/platform/scrypt.ts";
import { bearer, refusalIn, type TestApp, testApp } from "../../apps/server/src/testing/app.ts";
import { bunSqlite } from "../../packages/adapters-sqlite/src/bun.ts";

const SECRET = "the secret of a server from before";
const OPERATOR_SESSION = "dHjSTGIPv4hNjrmqQV1OuToZZSkwKrD7.HKJ8PsQI4mayWQPrpKrTzUY/olSmVOB5hYtbTm5Q2eY=";
const KEY = "sk_live_Hj5CXF0IaXR9Oy85Tszw48dx3I8JVUmXM8es27RP66E";
const INVITATION = "0TTsBFGUJ0uj9mL0ozW1JPU1rOjucp_6xZgnDY9W_fM";
const PASSWORD = "correct horse battery";
const ELSEWHERE = "another horse battery";

const folder = mkdtempSync(join(tmpdir(), "plinth-old-"));
let world: TestApp;

beforeAll(() => {
  const path = join(folder, "plinth.db");
  const database = new Database(path);
  database.run("pragma foreign_keys = off");
  for (const statement of readFileSync(join(import.meta.dir, "accounts-of-old.sql"), "utf8").split(/;\n/)) {
    if (statement !== "") database.run(statement);
  }
  // As if it had been stopped a moment ago.
  const later = Date.now() + 86_400_000;
  for (const table of ["plinth_sessions", "plinth_invitations"])
    database.run(`update ${table} set expires_at = ${later}`);
  database.close();
  const settings = { secret: SECRET, authRateLimit: 0, passwordHashing: "scrypt" } as const;
  world = testApp(settings, { driver: bunSqlite({ path }), passwords: functionScrypt });
});

afterAll(async () => {
  await world.app.close();
  rmSync(folder, { recursive: true, force: true });
});

const dataOf = async <T = Record<string, unknown>>(response: Response): Promise<T> =>
  ((await response.json()) as { data: T }).data;

async function signIn(base: string, email: string, password: string): Promise<Record<string, string> | undefined> {
  const answer = await world.send(`/api${base}/auth/sign-in/email`, { email, password });
  return answer.ok ? bearer(answer.headers.get("set-auth-token")!) : undefined;
}

const me = async (headers: Record<string, string>) => dataOf(await world.call("/api/me", { headers }));

test("the operator signs in among the operators, and nowhere else; the session of before has ended", async () => {
  const operator = (await signIn("/operator", "olga@example.com", PASSWORD))!;
  expect(await me(operator)).toMatchObject({ email: "olga@example.com", operator: true, admin: true });
  expect(await signIn("", "olga@example.com", PASSWORD)).toBeUndefined();
  expect(await signIn("/t/other", "olga@example.com", PASSWORD)).toBeUndefined();
  expect(await refusalIn(await world.call("/api/me", { headers: bearer(OPERATOR_SESSION) }))).toEqual([
    401,
    "INVALID_TOKEN",
  ]);
  const users = await dataOf<{ email: string }[]>(await world.call("/api/users", { headers: operator }));
  expect(users.map(({ email }) => email)).toEqual(["ann@example.com"]);
  const operators = await dataOf<{ email: string }[]>(await world.call("/api/operators", { headers: operator }));
  expect(operators.map(({ email }) => email)).toEqual(["olga@example.com"]);
  const notes = await dataOf<{ text: string }[]>(await world.call("/api/items/notes?sort=text", { headers: operator }));
  expect(notes.map(({ text }) => text)).toEqual(["of Ann", "of the operator"]);
  expect(await world.app.setupLink()).toBeNull();
});

test("users keep account, password, roles and items, each in the own workspace", async () => {
  const ann = (await signIn("", "ann@example.com", PASSWORD))!;
  expect(await me(ann)).toMatchObject({
    email: "ann@example.com",
    operator: false,
    admin: false,
    roles: ["public", "authenticated", "editor"],
  });
  const notes = await dataOf<{ text: string }[]>(await world.call("/api/items/notes", { headers: ann }));
  expect(notes.map(({ text }) => text)).toEqual(["of Ann"]);
  expect(await signIn("/t/other", "ann@example.com", PASSWORD)).toBeUndefined();
  const other = (await signIn("/t/other", "ann@example.com", ELSEWHERE))!;
  expect(await me(other)).toMatchObject({ name: "Ann elsewhere", workspace: { slug: "other" } });
  expect(await signIn("", "ann@example.com", ELSEWHERE)).toBeUndefined();
});

test("the operator's address is free in the default workspace, and gives nothing", async () => {
  const answer = await world.send("/api/auth/sign-up/email", {
    name: "Somebody",
    email: "olga@example.com",
    password: "not the operator",
  });
  const somebody = bearer(answer.headers.get("set-auth-token")!);
  expect(await me(somebody)).toMatchObject({ operator: false, admin: false, roles: ["public", "authenticated"] });
  const notes = await dataOf<unknown[]>(await world.call("/api/items/notes", { headers: somebody }));
  expect(notes).toEqual([]);
});

test("invitations go on, and keys, which have no checksum; others of that form are unknown", async () => {
  const withKey = (key: string) => world.call("/api/me", { headers: { "x-api-key": key } });
  expect(await dataOf(await withKey(KEY))).toMatchObject({ kind: "key", admin: true });
  expect(await refusalIn(await withKey(`${KEY.slice(0, -1)}F`))).toEqual([401, "INVALID_API_KEY"]);
  const guest = { name: "Guest", email: "guest@example.com", password: PASSWORD, invitation: INVITATION };
  const answer = await world.send("/api/auth/sign-up/email", guest);
  expect(await me(bearer(answer.headers.get("set-auth-token")!))).toMatchObject({
    roles: ["public", "authenticated", "editor"],
  });
});
