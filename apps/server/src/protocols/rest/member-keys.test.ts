/** Keys belong to the workspace and outlive their makers, so it is known who has seen their secrets. */
import { expect, test } from "bun:test";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

type Key = { id: string; name: string; key: string; created_by: string | null; rotated_by: string | null };

async function world() {
  const app = testApp({ authRateLimit: 0 });
  const owner = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/workspaces", { slug: "acme", name: "Acme" }, owner);
  const email = "admin@example.com";
  const invited = await app.send("/api/t/acme/member-invitations", { email, role: "admin" }, owner);
  const { data } = (await invited.json()) as { data: { token: string } };
  const account = { name: "Ada", email, password: "correct horse", invitation: data.token };
  const joined = await app.send("/api/operator/auth/sign-up/email", account);
  const { token, user } = (await joined.json()) as { token: string; user: { id: string } };
  const make = async (name: string, by: Record<string, string>) => {
    const made = await app.send("/api/t/acme/keys", { name, kind: "secret" }, by);
    return ((await made.json()) as { data: Key }).data;
  };
  const admin = bearer(token);
  const keys = {
    theirs: await make("theirs", admin),
    ours: await make("ours", owner),
    rotated: await make("x", owner),
  };
  const rotated = await app.send(`/api/t/acme/keys/${keys.rotated.id}/rotate`, { previous_until: null }, admin);
  keys.rotated = ((await rotated.json()) as { data: Key }).data;
  const list = async (query = "") => {
    const answer = await app.call(`/api/t/acme/keys${query}`, { headers: owner });
    return ((await answer.json()) as { data: Key[] }).data;
  };
  const statusOf = async ({ key }: Key) => (await app.call("/api/me", { headers: { "x-api-key": key } })).status;
  const remove = (query = "") => app.send(`/api/t/acme/members/${user.id}${query}`, undefined, owner, "DELETE");
  const demote = (query = "") => app.send(`/api/t/acme/members/${user.id}${query}`, { role: "viewer" }, owner, "PATCH");
  return { app, owner, id: user.id, keys, list, statusOf, remove, demote };
}

test("the list says who made and who rotated a key, and finds those of one user", async () => {
  const { app, owner, id, keys, list } = await world();
  const byId = new Map((await list()).map((key) => [key.id, [key.created_by, key.rotated_by]]));
  const { id: operator } = ((await (await app.call("/api/operator/me", { headers: owner })).json()) as { data: Key })
    .data;
  expect(byId.get(keys.theirs.id)).toEqual([`user:${id}`, null]);
  expect(byId.get(keys.rotated.id)).toEqual([`user:${operator}`, `user:${id}`]);
  const own = await list(`?created_by=user:${id}`);
  expect(own.map((key) => key.id)).toEqual([keys.theirs.id, keys.rotated.id]);
  const wrong = await app.call("/api/t/acme/keys?created_by=ada", { headers: owner });
  expect(await refusalIn(wrong)).toEqual([422, "VALIDATION", "created_by"]);
});

test("a removal names the keys that go on", async () => {
  const { keys, statusOf, remove } = await world();
  const { data } = (await (await remove()).json()) as { data: { keys: Key[]; keys_revoked: boolean } };
  expect([data.keys.map((key) => key.id), data.keys_revoked]).toEqual([[keys.theirs.id, keys.rotated.id], false]);
  expect(data.keys[0]).not.toHaveProperty("key");
  expect(await statusOf(keys.theirs)).toBe(200);
});

test("a removal revokes them where it is asked to, and no others", async () => {
  const { app, owner, keys, list, statusOf, remove } = await world();
  expect(await statusOf(keys.theirs)).toBe(200);
  const { data } = (await (await remove("?revoke_keys=true")).json()) as { data: { keys_revoked: boolean } };
  expect(data.keys_revoked).toBe(true);
  expect(await Promise.all([keys.theirs, keys.rotated, keys.ours].map(statusOf))).toEqual([401, 401, 200]);
  expect((await list()).map((key) => key.id)).toEqual([keys.ours.id]);
  const log = await app.call("/api/t/acme/security-log?type=key_revoke", { headers: owner });
  expect(((await log.json()) as { data: unknown[] }).data).toHaveLength(2);
});

test("a member who may make no keys any more leaves or loses them in the same way", async () => {
  const first = await world();
  const { data } = (await (await first.demote()).json()) as { data: { keys: Key[]; keys_revoked: boolean } };
  const ids = [first.keys.theirs.id, first.keys.rotated.id];
  expect([data.keys.map((key) => key.id), data.keys_revoked]).toEqual([ids, false]);
  expect(await first.statusOf(first.keys.theirs)).toBe(200);
  const second = await world();
  expect(await (await second.demote("?revoke_keys=true")).json()).toMatchObject({ data: { keys_revoked: true } });
  const { theirs, rotated, ours } = second.keys;
  expect(await Promise.all([theirs, rotated, ours].map(second.statusOf))).toEqual([401, 401, 200]);
});

test("a user who loses the role admin leaves its keys, or loses them where that is asked for", async () => {
  const app = testApp({ authRateLimit: 0 });
  const owner = bearer(await app.signUp("operator@example.com"));
  const ada = bearer(await app.signUp("ada@example.com"));
  const { data: me } = (await (await app.call("/api/me", { headers: ada })).json()) as { data: Key };
  const assign = async (roles: string[], query = "") => {
    const answer = await app.send(`/api/users/${me.id}/roles${query}`, { roles }, owner, "PUT");
    return ((await answer.json()) as { data: { keys?: Key[]; keys_revoked?: boolean } }).data;
  };
  expect(await assign(["admin"])).not.toHaveProperty("keys");
  const made = await app.send("/api/keys", { name: "ada's", kind: "secret" }, ada);
  const { data: key } = (await made.json()) as { data: Key };
  const status = async () => (await app.call("/api/me", { headers: { "x-api-key": key.key } })).status;
  expect(await assign([])).toMatchObject({ keys: [{ id: key.id, name: "ada's" }], keys_revoked: false });
  expect(await status()).toBe(200);
  await assign(["admin"]);
  expect(await assign([], "?revoke_keys=true")).toMatchObject({ keys: [{ id: key.id }], keys_revoked: true });
  expect(await status()).toBe(401);
});
