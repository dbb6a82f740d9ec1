/** What a workspace gives up stays its own for a while, and its owners do not overrule those of the server. */
import { expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const DAY_MS = 86_400_000;
const HELD: [number, string, string] = [409, "CONFLICT", "slug"];

async function world(settings: Partial<Config> = {}) {
  let offset = 0;
  const clock = { now: () => Date.now() + offset };
  const app = testApp({ authRateLimit: 0, ...settings }, { clock });
  const owner = bearer(await app.signUp("operator@example.com"));
  for (const slug of ["acme", "other"]) await app.send("/api/workspaces", { slug, name: slug }, owner);
  const invited = await app.send("/api/t/acme/member-invitations", { email: "eve@example.com", role: "owner" }, owner);
  const { data } = (await invited.json()) as { data: { token: string } };
  const account = { name: "Eve", email: "eve@example.com", password: "correct horse", invitation: data.token };
  const joined = await app.send("/api/operator/auth/sign-up/email", account);
  const member = bearer(((await joined.json()) as { token: string }).token);
  const rename = (workspace: string, slug: string, by: Record<string, string>) =>
    app.send(`/api/workspaces/${workspace}`, { slug }, by, "PATCH");
  const act = (what: string, by: Record<string, string>) => app.send(`/api/workspaces/acme/${what}`, {}, by);
  const remove = (by: Record<string, string>, days: number) =>
    app.send(`/api/workspaces/acme?confirm=acme&grace_days=${days}`, undefined, by, "DELETE");
  const later = (ms: number) => {
    offset += ms;
  };
  /** Proofs are as fresh as before, so the time of the holds is moved instead. */
  const waitForSlugs = () =>
    app.driver.run({ sql: "update plinth_held_slugs set held_until = held_until - ?1", params: [91 * DAY_MS] });
  return { app, owner, member, rename, act, remove, later, waitForSlugs };
}

test("a slug that was given up is held, for all but its workspace", async () => {
  const { app, owner, member, rename, waitForSlugs } = await world();
  expect((await rename("other", "elsewhere", owner)).status).toBe(200);
  expect(await refusalIn(await rename("acme", "other", member))).toEqual(HELD);
  expect(await refusalIn(await app.send("/api/workspaces", { slug: "other", name: "X" }, owner))).toEqual(HELD);
  expect((await rename("elsewhere", "other", owner)).status).toBe(200);
  expect((await rename("other", "elsewhere", owner)).status).toBe(200);
  await waitForSlugs();
  expect((await rename("acme", "other", owner)).status).toBe(200);
});

test("that of a workspace that was deleted is held too", async () => {
  const { app, owner, remove, later, waitForSlugs } = await world();
  expect((await remove(owner, 0)).status).toBe(200);
  later(11_000);
  const make = async (by: Record<string, string>) => app.send("/api/workspaces", { slug: "acme", name: "Another" }, by);
  for (let step = 0; step < 50; step++) {
    await app.send("/api/tick", {}, owner);
    if ((await app.call("/api/workspaces/acme", { headers: owner })).status === 404) break;
  }
  expect(await refusalIn(await make(owner))).toEqual(HELD);
  await waitForSlugs();
  expect((await make(owner)).status).toBe(201);
});

test("only the latest slugs of a workspace are held", async () => {
  const { app, owner, member, rename } = await world();
  let slug = "acme";
  for (let n = 0; n < 12; n++) {
    const next = `name-${n}`;
    expect((await rename(slug, next, member)).status).toBe(200);
    slug = next;
  }
  expect((await app.send("/api/workspaces", { slug: "acme", name: "X" }, owner)).status).toBe(201);
  expect(await refusalIn(await app.send("/api/workspaces", { slug: "name-5", name: "X" }, owner))).toEqual(HELD);
});

test("what the owner of the server archives or deletes, no owner of the workspace takes back", async () => {
  const { owner, member, act, remove } = await world();
  expect((await act("archive", member)).status).toBe(200);
  expect((await act("unarchive", member)).status).toBe(200);
  expect((await act("archive", member)).status).toBe(200);
  expect((await act("archive", owner)).status).toBe(200);
  expect(await refusalIn(await act("unarchive", member))).toEqual([403, "FORBIDDEN"]);
  expect((await act("unarchive", owner)).status).toBe(200);
  expect((await remove(owner, 30)).status).toBe(200);
  expect(await refusalIn(await act("restore", member))).toEqual([403, "FORBIDDEN"]);
  expect(await refusalIn(await remove(member, 0))).toEqual([403, "FORBIDDEN"]);
  expect((await act("restore", owner)).status).toBe(200);
  expect((await remove(member, 30)).status).toBe(200);
  expect((await act("restore", member)).status).toBe(200);
});

test("where slugs are host names, only owners of the server change them", async () => {
  const { app, owner, member, rename } = await world({ workspaceDomain: "example.net" });
  expect(await refusalIn(await rename("acme", "login", member))).toEqual([403, "FORBIDDEN", "slug"]);
  // It stays as it is.
  const same = { slug: "acme", name: "Acme Corporation" };
  expect((await app.send("/api/workspaces/acme", same, member, "PATCH")).status).toBe(200);
  expect((await rename("acme", "login", owner)).status).toBe(200);
});
