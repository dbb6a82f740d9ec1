/** What a user of another issuer may do, and for how long. */
import { expect, test } from "bun:test";
import { bearer, refusalIn } from "../../testing/app.ts";
import { AUDIENCE, ISSUER, issuerWorld, signed } from "../../testing/issuer-world.ts";
import { dataOf } from "../../testing/token-world.ts";

const issuer = await issuerWorld();
const { claims, first, jwksUrl, me, trust } = issuer;

test("a user of another issuer has an id of its own, and the roles that were allowed", async () => {
  await issuer.app.send("/api/roles", { name: "editor" }, issuer.admin);
  const token = await signed(claims(), first);
  expect(await refusalIn(await me(token))).toEqual([401, "INVALID_TOKEN"]);
  expect((await trust({ roles: ["editor"] })).status).toBe(201);
  const eve = await dataOf<{ id: string }>(await me(token));
  expect(eve).toMatchObject({
    kind: "user",
    email: "eve@example.com",
    roles: ["public", "authenticated", "editor"],
    admin: false,
    operator: false,
  });
  expect(eve.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await dataOf(await me(await signed(claims({ level: 4 }), first)))).toMatchObject({ id: eve.id });
  expect(await dataOf(await me(await signed(claims({ sub: "auth0|8" }), first)))).not.toMatchObject({ id: eve.id });
  expect(issuer.requests).toBe(1);
  // It has no account here, so it can do nothing with one.
  expect(await refusalIn(await issuer.app.send("/api/auth/token", undefined, bearer(token)))).toEqual([
    401,
    "UNAUTHORIZED",
  ]);
});

test("an address counts if the issuer has verified it; where tokens do not say so, if the workspace trusts it", async () => {
  const emailBy = async (email_verified: unknown) =>
    (await dataOf<{ email: string | null }>(await me(await signed(claims({ email_verified }), first)))).email;
  for (const [trust_email, silent] of [
    [false, null],
    [true, "eve@example.com"],
  ] as const) {
    const { id } = await dataOf<{ id: string }>(await trust({ trust_email }));
    for (const yes of [true, "true"]) expect(await emailBy(yes)).toBe("eve@example.com");
    for (const no of [false, "false", "no", "", 0, 1, [], {}]) expect([no, await emailBy(no)]).toEqual([no, null]);
    expect(await emailBy(undefined)).toBe(silent);
    await issuer.app.send(`/api/trusted-issuers/${id}`, undefined, issuer.admin, "DELETE");
  }
});

test("it counts in the workspace that trusts the issuer, and in no other", async () => {
  await issuer.app.send("/api/workspaces", { slug: "other", name: "Other" }, issuer.admin);
  const other = { "x-plinth-workspace": "other" };
  await trust({}, { ...issuer.admin, ...other });
  const token = await signed(claims(), first);
  expect((await me(token, other)).status).toBe(200);
  expect(await refusalIn(await me(token))).toEqual([401, "INVALID_TOKEN"]);
  const key = await dataOf<{ key: string }>(
    await issuer.app.send("/api/keys", { name: "site", kind: "publishable" }, { ...issuer.admin, ...other }),
  );
  expect((await me(token, { "x-api-key": key.key })).status).toBe(200);
});

test("rules see its claims", async () => {
  await trust();
  const fields = [
    { name: "tenant", type: "text" },
    { name: "level", type: "integer" },
  ];
  await issuer.app.send("/api/collections", { slug: "notes", fields }, issuer.admin);
  for (const [tenant, level] of [
    ["acme", 1],
    ["acme", 9],
    ["other", 1],
  ] as const) {
    await issuer.app.send("/api/items/notes", { tenant, level }, issuer.admin);
  }
  const where = { tenant: { _eq: "$user.claims.app.tenant" }, level: { _lte: "$user.claims.level" } };
  const rule = { role: "authenticated", collection: "notes", action: "read", effect: "allow", condition: where };
  expect(await dataOf(await issuer.app.send("/api/permissions", rule, issuer.admin))).toMatchObject({ action: "read" });
  const read = async (token: string) =>
    dataOf<object[]>(await issuer.app.call("/api/items/notes?fields=tenant,level", { headers: bearer(token) }));
  expect(await read(await signed(claims(), first))).toMatchObject([{ tenant: "acme", level: 1 }]);
  expect(await read(await signed(claims({ level: 10 }), first))).toHaveLength(2);
  for (const change of [{ app: {} }, { level: "3" }, { level: null }, { app: { tenant: ["acme"] } }]) {
    expect(await read(await signed(claims(change), first))).toEqual([]);
  }
});

test("a number with more digits than a double keeps stands for itself alone", async () => {
  await trust();
  const field = { name: "org", type: "decimal", precision: 18, scale: 0 };
  await issuer.app.send("/api/collections", { slug: "bills", fields: [field] }, issuer.admin);
  for (const org of ["9007199254740992", "9007199254740993"])
    await issuer.app.send("/api/items/bills", { org }, issuer.admin);
  const condition = { org: { _eq: "$user.claims.org" } };
  const rule = { role: "authenticated", collection: "bills", action: "read", condition };
  expect((await issuer.app.send("/api/permissions", rule, issuer.admin)).status).toBe(201);
  const token = await signed(claims({ org: "number:9007199254740993" }), first);
  const answer = await issuer.app.call("/api/items/bills?fields=org", { headers: bearer(token) });
  expect(await dataOf<object[]>(answer)).toEqual([expect.objectContaining({ org: "9007199254740993" })]);
});

test("an issuer that is trusted no longer has no users, on any server", async () => {
  const beside = issuer.beside();
  const { id } = await dataOf<{ id: string }>(await trust());
  const token = await signed(claims(), first);
  for (const at of [issuer.app, beside]) expect((await me(token, {}, at)).status).toBe(200);
  expect((await issuer.app.send(`/api/trusted-issuers/${id}`, undefined, issuer.admin, "DELETE")).status).toBe(200);
  expect(await refusalIn(await me(token))).toEqual([401, "INVALID_TOKEN"]);
  issuer.advance(1000);
  expect(await refusalIn(await me(token, {}, beside))).toEqual([401, "INVALID_TOKEN"]);
});

test("a role that is deleted is gone from issuers and open invitations, also for one of its name made later", async () => {
  const role = (name: string) => issuer.app.send("/api/roles", { name }, issuer.admin);
  for (const name of ["a", "b", "c", "a_b"]) expect((await role(name)).status).toBe(201);
  const trusted = { issuer: ISSUER, audience: AUDIENCE, jwks_url: jwksUrl, roles: ["a", "b"] };
  expect((await issuer.app.send("/api/trusted-issuers", trusted, issuer.admin)).status).toBe(201);
  const lists = [["a"], ["a", "b"], ["a", "a_b", "b"], ["b", "c"], ["a_b"]];
  for (const [i, roles] of lists.entries()) {
    const made = await issuer.app.send("/api/invitations", { email: `u${i}@example.com`, roles }, issuer.admin);
    expect(made.status).toBe(201);
  }
  const dataAt = async (path: string) =>
    (
      (await (await issuer.app.call(path, { headers: issuer.admin })).json()) as {
        data: { roles: string[]; email: string }[];
      }
    ).data;
  for (const name of ["a", "b"]) {
    expect((await issuer.app.send(`/api/roles/${name}`, undefined, issuer.admin, "DELETE")).status).toBe(200);
    expect((await role(name)).status).toBe(201);
  }
  expect((await dataAt("/api/trusted-issuers"))[0]!.roles).toEqual([]);
  const invitations = (await dataAt("/api/invitations")).toSorted((one, other) => one.email.localeCompare(other.email));
  expect(invitations.map(({ roles }) => roles)).toEqual([[], [], ["a_b"], ["c"], ["a_b"]]);
});

test("streams and tickets end with the token", async () => {
  await trust();
  await issuer.app.send("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] }, issuer.admin);
  await issuer.app.send(
    "/api/permissions",
    { role: "authenticated", collection: "notes", action: "read", effect: "allow" },
    issuer.admin,
  );
  const token = await signed(claims(), first);
  const { ticket } = await dataOf<{ ticket: string }>(
    await issuer.app.send("/api/realtime/tickets", undefined, bearer(token)),
  );
  const socket = await issuer.app.open(`/api/realtime/socket?ticket=${ticket}`);
  socket.send({ ref: "1", subscribe: "/api/realtime/items/notes" });
  expect(await socket.next()).toMatchObject({ ref: "1", data: { event: "ready" } });
  issuer.advance(601_000);
  const late = await issuer.app.open(`/api/realtime/socket?ticket=${ticket}`).catch((error: Error) => error.message);
  expect(late).toBe("401 INVALID_TOKEN ticket");
});
