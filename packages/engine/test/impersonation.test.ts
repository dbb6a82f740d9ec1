/** An operator who acts as a user: for how long, with what rights, and what is logged. */
import { beforeEach, expect, test } from "bun:test";
import { sessionCookieName } from "@plinth/auth";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import {
  assignRoles,
  authOf,
  blockUser,
  callerCheck,
  createUser,
  impersonate,
  listSessions,
  type RequestContext,
  requireFreshSession,
} from "../src/index.ts";
import { bearer, CONFIG, codeOf, openWorld, type World } from "./identity-support.ts";

let world: World;
let operator: RequestContext;
let user: string;

beforeEach(async () => {
  world = await openWorld();
  operator = await world.ctx(bearer(await world.account("operator@example.com")));
  user = (await createUser(operator, { email: "ann@example.com", name: "Ann", password: "correct horse" })).id;
});

const begins = (minutes?: number) => impersonate(operator, user, { reason: "Ticket 4711", minutes });
const codeFor = (token: string) => codeOf(() => world.who(bearer(token)));

test("the session is the user's, says who acts, and grants no rights over the workspace", async () => {
  const { token } = await begins();
  const before = (await world.who(bearer(token))).principal;
  expect(before).toMatchObject({ kind: "user", id: user, bypass: false, impersonator: operator.principal.id });
  await assignRoles(operator, user, { roles: ["admin"] });
  expect((await world.who(bearer(token))).principal).toMatchObject({ kind: "user", bypass: false });
});

test("use does not prolong it: it ends after its minutes, and at most after an hour", async () => {
  const { token, expires_at } = await begins(10);
  expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(600_000);
  for (let minute = 0; minute < 9; minute++) {
    world.pass(60_000);
    expect(await codeFor(token)).toBeUndefined();
  }
  // A cookie's session is prolonged by `get-session`, and this one is so short that it always would be.
  const cookie = `${sessionCookieName(CONFIG, DEFAULT_WORKSPACE_ID)}=${encodeURIComponent(token)}`;
  const request = new Request(`${CONFIG.appUrl}/api/auth/get-session`, { headers: { cookie } });
  const answer = await authOf(world.engine, world.driver, DEFAULT_WORKSPACE_ID).handle(request, undefined);
  expect(await answer.json()).toMatchObject({ user: { email: "ann@example.com" } });
  const [row] = await world.driver.all({
    sql: "select expires_at from plinth_sessions where impersonated_by is not null",
    params: [],
  });
  expect(Number(row!.expires_at)).toBe(Date.parse(expires_at));
});

test("what is the user's alone is refused", async () => {
  const { token } = await begins();
  const ctx = await world.ctx(bearer(token));
  const admit = callerCheck({ access: "account" })!;
  expect(await codeOf(() => admit(ctx.principal, "DELETE"))).toBe("IMPERSONATED");
  expect(await codeOf(() => admit(ctx.principal, "GET"))).toBeUndefined();
  expect(await codeOf(() => requireFreshSession(ctx))).toBe("IMPERSONATED");
});

test("the user sees it with its reason; a block ends it", async () => {
  const { token, session } = await begins();
  const ctx = await world.ctx(bearer(token));
  const [shown] = await listSessions({
    ...ctx,
    client: { clientAddress: undefined, sessionToken: token.split(".")[0] },
  });
  expect(shown).toMatchObject({
    id: session,
    current: true,
    impersonation: { by: `operator:${operator.principal.id}`, reason: "Ticket 4711" },
  });
  await blockUser(operator, user);
  expect(await codeFor(token)).toBe("INVALID_TOKEN");
  expect(await codeOf(() => begins())).toBe("USER_BLOCKED");
});

test("the log names both", async () => {
  await begins();
  const rows = await world.driver.all({
    sql: "select actor, target, workspace_id from plinth_security_log where type = 'impersonation_start'",
    params: [],
  });
  expect(rows).toEqual([
    { actor: `user:${operator.principal.id}`, target: `user:${user}`, workspace_id: DEFAULT_WORKSPACE_ID },
  ]);
});
