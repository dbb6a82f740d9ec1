import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";
import { signer } from "../../testing/forger.ts";

const ISSUER = "https://issuer.example";
const AUDIENCE = "shop";
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;

interface Pair {
  readonly kid: string;
  readonly pair: CryptoKeyPair;
  readonly jwk: JsonWebKey & { kid: string };
}

let asked = 0;
let published: () => Response;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => {
    asked++;
    return published();
  },
});
const jwksUrl = `http://127.0.0.1:${server.port}/jwks.json`;
afterAll(() => server.stop(true));

async function pairOf(kid: string): Promise<Pair> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  return { kid, pair, jwk: { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid } };
}

let first: Pair;
let second: Pair;
beforeAll(async () => {
  [first, second] = [await pairOf("one"), await pairOf("two")];
});

let offset = 0;
/** It stands still: a slow machine changes nothing. */
const start = Math.floor(Date.now() / 1000) * 1000;
const clock = { now: () => start + offset };
let world: TestApp;
let admin: Record<string, string>;
beforeEach(async () => {
  offset = 0;
  asked = 0;
  published = () => Response.json({ keys: [first.jwk] });
  world = testApp({ privateAddresses: true }, { clock });
  admin = bearer(await world.signUp("operator@example.com"));
});

/** A text of the form `number:…` stands for these digits. */
const part = (content: object) =>
  Buffer.from(JSON.stringify(content).replaceAll(/"number:(\d+)"/g, "$1")).toString("base64url");

async function signed(claims: object, { kid, pair }: Pair, header: object = {}): Promise<string> {
  const input = `${part({ alg: "ES256", kid, typ: "JWT", ...header })}.${part(claims)}`;
  const signature = await crypto.subtle.sign(
    { ...CURVE, hash: "SHA-256" },
    pair.privateKey,
    new TextEncoder().encode(input),
  );
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

const claims = (more: object = {}) => ({
  iss: ISSUER,
  aud: [AUDIENCE, "others"],
  sub: "auth0|7",
  exp: Math.floor(clock.now() / 1000) + 600,
  email: "Eve@Example.com",
  email_verified: true,
  app: { roles: ["editor", "admin", "unknown"], tenant: "acme" },
  level: 3,
  ...more,
});

const trust = (more: object = {}, headers = admin) =>
  world.send(
    "/api/trusted-issuers",
    { issuer: ISSUER, audience: AUDIENCE, jwks_url: jwksUrl, claims: { roles: "app.roles" }, ...more },
    headers,
  );
const me = (token: string, headers: Record<string, string> = {}, at = world) =>
  at.call("/api/me", { headers: { ...bearer(token), ...headers } });
const dataOf = async <T>(response: Response) => ((await response.json()) as { data: T }).data;

test("a user of another issuer has an id of its own, and the roles that were allowed", async () => {
  await world.send("/api/roles", { name: "editor" }, admin);
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
  expect(asked).toBe(1);
  // It has no account here, so it can do nothing with one.
  expect(await refusalIn(await world.send("/api/auth/token", undefined, bearer(token)))).toEqual([401, "UNAUTHORIZED"]);
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
    await world.send(`/api/trusted-issuers/${id}`, undefined, admin, "DELETE");
  }
});

test("it counts in the workspace that trusts the issuer, and in no other", async () => {
  await world.send("/api/workspaces", { slug: "other", name: "Other" }, admin);
  const other = { "x-plinth-workspace": "other" };
  await trust({}, { ...admin, ...other });
  const token = await signed(claims(), first);
  expect((await me(token, other)).status).toBe(200);
  expect(await refusalIn(await me(token))).toEqual([401, "INVALID_TOKEN"]);
  const key = await dataOf<{ key: string }>(
    await world.send("/api/keys", { name: "site", kind: "publishable" }, { ...admin, ...other }),
  );
  expect((await me(token, { "x-api-key": key.key })).status).toBe(200);
});

test("rules see its claims", async () => {
  await trust();
  const fields = [
    { name: "tenant", type: "text" },
    { name: "level", type: "integer" },
  ];
  await world.send("/api/collections", { slug: "notes", fields }, admin);
  for (const [tenant, level] of [
    ["acme", 1],
    ["acme", 9],
    ["other", 1],
  ] as const) {
    await world.send("/api/items/notes", { tenant, level }, admin);
  }
  const where = { tenant: { _eq: "$user.claims.app.tenant" }, level: { _lte: "$user.claims.level" } };
  const rule = { role: "authenticated", collection: "notes", action: "read", effect: "allow", condition: where };
  expect(await dataOf(await world.send("/api/permissions", rule, admin))).toMatchObject({ action: "read" });
  const read = async (token: string) =>
    dataOf<object[]>(await world.call("/api/items/notes?fields=tenant,level", { headers: bearer(token) }));
  expect(await read(await signed(claims(), first))).toMatchObject([{ tenant: "acme", level: 1 }]);
  expect(await read(await signed(claims({ level: 10 }), first))).toHaveLength(2);
  for (const change of [{ app: {} }, { level: "3" }, { level: null }, { app: { tenant: ["acme"] } }]) {
    expect(await read(await signed(claims(change), first))).toEqual([]);
  }
});

test("a number with more digits than a double keeps stands for itself alone", async () => {
  await trust();
  const field = { name: "org", type: "decimal", precision: 18, scale: 0 };
  await world.send("/api/collections", { slug: "bills", fields: [field] }, admin);
  for (const org of ["9007199254740992", "9007199254740993"]) await world.send("/api/items/bills", { org }, admin);
  const condition = { org: { _eq: "$user.claims.org" } };
  const rule = { role: "authenticated", collection: "bills", action: "read", condition };
  expect((await world.send("/api/permissions", rule, admin)).status).toBe(201);
  const token = await signed(claims({ org: "number:9007199254740993" }), first);
  const answer = await world.call("/api/items/bills?fields=org", { headers: bearer(token) });
  expect(await dataOf<object[]>(answer)).toEqual([expect.objectContaining({ org: "9007199254740993" })]);
});

test("forged, expired and misdirected ones are refused", async () => {
  await trust();
  const now = Math.floor(clock.now() / 1000);
  for (const bad of [
    await signed(claims(), second),
    await signed(claims(), { ...second, kid: first.kid }),
    await signed(claims(), first, { alg: "HS256" }),
    await signed(claims(), first, { alg: "none" }),
    // The public key taken for a shared secret.
    await signer(JSON.stringify(first.jwk))({ alg: "HS256", kid: first.kid, typ: "JWT" }, claims()),
    await signer(first.jwk.x!)({ alg: "HS256", kid: first.kid, typ: "JWT" }, claims()),
    await signed(claims({ exp: undefined }), first),
    await signed(claims({ exp: `${now + 600}` }), first),
    await signed(claims({ iat: now + 60 }), first),
    await signed(claims(), first, { kid: undefined, jwk: second.jwk, alg: "ES384" }),
    await signed(claims({ exp: now - 1 }), first),
    await signed(claims({ nbf: now + 60 }), first),
    await signed(claims({ aud: "elsewhere" }), first),
    await signed(claims({ iss: "https://attacker.example" }), first),
    await signed(claims({ sub: undefined }), first),
    await signed(claims({ sub: "" }), first),
  ]) {
    expect(await refusalIn(await me(bad))).toEqual([401, "INVALID_TOKEN"]);
  }
  // A header without `kid` means the only key.
  expect((await me(await signed(claims(), first, { kid: undefined }))).status).toBe(200);
});

test("new keys are found, at most one look in half a minute; an issuer that is down keeps its keys", async () => {
  await trust();
  const token = await signed(claims({ exp: Math.floor(clock.now() / 1000) + 100_000 }), first);
  expect((await me(token)).status).toBe(200);
  published = () => Response.json({ keys: [first.jwk, second.jwk] });
  const other = await signed(claims({ exp: Math.floor(clock.now() / 1000) + 100_000 }), second);
  expect(await refusalIn(await me(other))).toEqual([401, "INVALID_TOKEN"]);
  expect(asked).toBe(1);
  offset += 31_000;
  expect((await me(other)).status).toBe(200);
  expect(asked).toBe(2);
  published = () => new Response("no", { status: 500 });
  offset += 11 * 60_000;
  expect((await me(await signed(claims(), second))).status).toBe(200);
  expect(asked).toBe(3);
  const fresh = testApp({ privateAddresses: true }, { clock, driver: world.driver });
  expect(await refusalIn(await me(token, {}, fresh))).toEqual([503, "UNAVAILABLE"]);
  for (const garbage of ["", "[]", "{", '{"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}', "x".repeat(300_000)]) {
    published = () => new Response(garbage);
    const app = testApp({ privateAddresses: true }, { clock, driver: world.driver });
    expect([401, 503]).toContain((await me(token, {}, app)).status);
  }
});

test("an issuer that is trusted no longer has no users, on any server", async () => {
  const beside = testApp({ privateAddresses: true }, { clock, driver: world.driver });
  const { id } = await dataOf<{ id: string }>(await trust());
  const token = await signed(claims(), first);
  for (const at of [world, beside]) expect((await me(token, {}, at)).status).toBe(200);
  expect((await world.send(`/api/trusted-issuers/${id}`, undefined, admin, "DELETE")).status).toBe(200);
  expect(await refusalIn(await me(token))).toEqual([401, "INVALID_TOKEN"]);
  offset += 1000;
  expect(await refusalIn(await me(token, {}, beside))).toEqual([401, "INVALID_TOKEN"]);
});

test("a role that is deleted is gone from issuers and open invitations, also for one of its name made later", async () => {
  const role = (name: string) => world.send("/api/roles", { name }, admin);
  for (const name of ["a", "b", "c", "a_b"]) expect((await role(name)).status).toBe(201);
  const issuer = { issuer: ISSUER, audience: AUDIENCE, jwks_url: jwksUrl, roles: ["a", "b"] };
  expect((await world.send("/api/trusted-issuers", issuer, admin)).status).toBe(201);
  const lists = [["a"], ["a", "b"], ["a", "a_b", "b"], ["b", "c"], ["a_b"]];
  for (const [i, roles] of lists.entries()) {
    const made = await world.send("/api/invitations", { email: `u${i}@example.com`, roles }, admin);
    expect(made.status).toBe(201);
  }
  const dataAt = async (path: string) =>
    ((await (await world.call(path, { headers: admin })).json()) as { data: { roles: string[]; email: string }[] })
      .data;
  for (const name of ["a", "b"]) {
    expect((await world.send(`/api/roles/${name}`, undefined, admin, "DELETE")).status).toBe(200);
    expect((await role(name)).status).toBe(201);
  }
  expect((await dataAt("/api/trusted-issuers"))[0]!.roles).toEqual([]);
  const invitations = (await dataAt("/api/invitations")).toSorted((one, other) => one.email.localeCompare(other.email));
  expect(invitations.map(({ roles }) => roles)).toEqual([[], [], ["a_b"], ["c"], ["a_b"]]);
});

test("streams and tickets end with the token", async () => {
  await trust();
  await world.send("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] }, admin);
  await world.send(
    "/api/permissions",
    { role: "authenticated", collection: "notes", action: "read", effect: "allow" },
    admin,
  );
  const token = await signed(claims(), first);
  const { ticket } = await dataOf<{ ticket: string }>(
    await world.send("/api/realtime/tickets", undefined, bearer(token)),
  );
  const socket = await world.open(`/api/realtime/socket?ticket=${ticket}`);
  socket.send({ ref: "1", subscribe: "/api/realtime/items/notes" });
  expect(await socket.next()).toMatchObject({ ref: "1", data: { event: "ready" } });
  offset += 601_000;
  const late = await world.open(`/api/realtime/socket?ticket=${ticket}`).catch((error: Error) => error.message);
  expect(late).toBe("401 INVALID_TOKEN ticket");
});

test("a key can be given in place of an address, and mistakes are named", async () => {
  const pem = Buffer.from(await crypto.subtle.exportKey("spki", first.pair.publicKey)).toString("base64");
  const text = `-----BEGIN PUBLIC KEY-----\n${pem.replace(/(.{64})/g, "$1\n")}\n-----END PUBLIC KEY-----\n`;
  for (const [i, publicKey] of [text, first.jwk, { keys: [first.jwk] }].entries()) {
    const issuer = `${ISSUER}/${i}`;
    expect((await trust({ issuer, jwks_url: undefined, public_key: publicKey })).status).toBe(201);
    const header = typeof publicKey === "string" ? { kid: undefined } : {};
    expect((await me(await signed(claims({ iss: issuer }), first, header))).status).toBe(200);
  }
  const wrong = async (change: object) => refusalIn(await trust(change));
  const { kid: _, ...secret } = (await crypto.subtle.exportKey("jwk", first.pair.privateKey)) as JsonWebKey & {
    kid?: string;
  };
  for (const publicKey of ["text", { kty: "oct", k: "AAAA" }, secret, {}, { keys: [] }]) {
    expect(await wrong({ jwks_url: undefined, public_key: publicKey })).toEqual([422, "VALIDATION", "public_key"]);
  }
  expect(await wrong({ jwks_url: undefined })).toEqual([422, "VALIDATION", "jwks_url"]);
  expect(await wrong({ public_key: first.jwk })).toEqual([422, "VALIDATION", "public_key"]);
  expect(await wrong({ roles: ["admin"] })).toEqual([422, "VALIDATION", "roles"]);
  expect(await wrong({ roles: ["nobody"] })).toEqual([422, "VALIDATION", "roles.0"]);
  expect(await wrong({ issuer: `${ISSUER}/0` })).toEqual([409, "CONFLICT", "issuer"]);
  const strict = testApp({}, { clock, driver: world.driver });
  for (const url of [
    jwksUrl,
    "https://10.0.0.1/keys",
    "https://localhost/keys",
    "file:///etc/passwd",
    "https://[::1]/",
  ]) {
    const body = { issuer: "x", audience: "x", jwks_url: url };
    expect(await refusalIn(await strict.send("/api/trusted-issuers", body, admin))).toEqual([
      422,
      "VALIDATION",
      "jwks_url",
    ]);
  }
});
