/** Every flow of `auth` in the client, against the whole server in this process. */
import { afterAll, expect, test } from "bun:test";
import "./client-sign-in.ts";
import "./client-account.ts";
import { routesBeside } from "./client-browser.ts";
import { asked, world } from "./client-world.ts";

afterAll(() => world.oidc.close());

/** Routes of accounts that no method needs, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  "GET /api/auth/list-sessions": "sessions.list shows more",
  "POST /api/auth/revoke-session": "sessions.revoke names the session by its id",
  "POST /api/auth/revoke-sessions": "sessions.revokeOthers and signOut",
  "POST /api/auth/revoke-other-sessions": "sessions.revokeOthers",
  "POST /api/auth/token/revoke": "of createTokens; auth ends the session itself",
  "POST /api/auth/callback/{provider}": "providers send it",
  "PUT /api/organizations": "of administrators",
};

test("there is a method for every route of accounts, and the tests of these files have called it", async () => {
  expect(await routesBeside(asked, world.app)).toEqual(Object.keys(WITHOUT).sort());
});
