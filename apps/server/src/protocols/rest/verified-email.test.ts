/** Rules and tokens tell an address that somebody has typed from one that its owner has proven. */
import { expect, test } from "bun:test";
import { type Principal, variablesOf } from "@plinth/core";
import { bearer, testApp } from "../../testing/app.ts";
import { claimsOf } from "../../testing/forger.ts";

const BOSS = "boss@example.com";

test("whoever signs up with somebody's address reads nothing that is for its owner", async () => {
  const app = testApp({ authRateLimit: 0 });
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/collections", { slug: "letters", fields: [{ name: "to", type: "text" }] }, operator);
  const rule = {
    role: "authenticated",
    collection: "letters",
    action: "read",
    condition: { to: "$user.verified_email" },
  };
  expect((await app.send("/api/permissions", rule, operator)).status).toBe(201);
  await app.send("/api/items/letters", { to: BOSS }, operator);
  const signUp = { name: "Mallory", email: BOSS, password: "correct horse", tokens: true };
  const made = await app.send("/api/auth/sign-up/email", signUp);
  const { token, tokens } = (await made.json()) as { token: string; tokens: { access_token: string } };
  const letters = async (credential: string) => {
    const answer = await app.call("/api/items/letters", { headers: bearer(credential) });
    return ((await answer.json()) as { data: unknown[] }).data.length;
  };
  const verified = (credential: string) => claimsOf(credential).email_verified;
  expect([await letters(token), await letters(tokens.access_token), verified(tokens.access_token)]).toEqual([
    0,
    0,
    false,
  ]);

  // As the link of a mail does.
  await app.driver.run({ sql: "update plinth_users set email_verified = 1 where email = ?1", params: [BOSS] });
  const later = testApp({ authRateLimit: 0 }, { driver: app.driver });
  const answer = await later.send("/api/auth/token", undefined, bearer(token));
  const { data } = (await answer.json()) as { data: { access_token: string } };
  expect(verified(data.access_token)).toBe(true);
  for (const [credential, seen] of [
    [token, 1],
    [data.access_token, 1],
    [tokens.access_token, 0],
  ] as const) {
    const read = await later.call("/api/items/letters", { headers: bearer(credential) });
    expect(((await read.json()) as { data: unknown[] }).data).toHaveLength(seen);
  }
});

test("a simulation knows of a user what a session knows: verified address, claims and organizations", async () => {
  const app = testApp({ authRateLimit: 0 });
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/organizations", {}, operator, "PUT");
  await app.send("/api/auth-settings", { tokens: { claims: { tenant: "acme" } } }, operator, "PATCH");
  const user = { email: BOSS, name: "Boss", password: "correct horse", email_verified: true };
  const made = (await (await app.send("/api/users", user, operator)).json()) as { data: { id: string } };
  const owner = made.data.id;
  await app.send("/api/organizations", { name: "Acme", slug: "acme", owner }, operator);
  const fields = ["to", "tenant", "org"].map((name) => ({ name, type: "text" }));
  await app.send("/api/collections", { slug: "letters", fields }, operator);
  const condition = {
    to: "$user.verified_email",
    tenant: "$user.claims.tenant",
    org: { _in: "$user.orgs" },
  };
  const rule = { role: "authenticated", collection: "letters", action: "read", condition };
  expect((await app.send("/api/permissions", rule, operator)).status).toBe(201);
  const [{ id: org }] = (await listed("/api/items/organizations")) as [{ id: string }];
  await app.send("/api/items/letters", { to: BOSS, tenant: "acme", org }, operator);
  const [{ id }] = (await listed("/api/items/letters")) as [{ id: string }];
  const asked = { user_id: owner, collection: "letters", action: "read", id };
  const answer = await app.send("/api/permissions/simulate", asked, operator);
  expect(await answer.json()).toMatchObject({ data: { allowed: true } });

  async function listed(path: string): Promise<unknown[]> {
    const answer = await app.call(path, { headers: operator });
    return ((await answer.json()) as { data: unknown[] }).data;
  }
});

test("of another issuer's users only those have an address whose address is verified, and nobody else has one", () => {
  const user: Principal = { kind: "user", workspaceId: "w", id: "u", email: BOSS, roles: [], bypass: false };
  const verified = (more: Partial<Principal>) => variablesOf({ ...user, ...more }, 0)["user.verified_email"];
  expect(verified({ issuer: { id: "i", until: 1 } })).toBe(BOSS);
  expect(verified({ claims: { email_verified: true } })).toBe(BOSS);
  for (const claims of [{ email_verified: false }, { email_verified: "true" }]) expect(verified({ claims })).toBeNull();
  expect([verified({}), verified({ claims: {} })]).toEqual([null, null]);
  expect(verified({ kind: "operator", claims: { email_verified: true } })).toBeNull();
});
