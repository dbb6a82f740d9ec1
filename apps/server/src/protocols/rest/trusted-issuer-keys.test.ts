/** The keys of an issuer: what they sign is accepted, and nothing else; how they are given, fetched and changed. */
import { expect, test } from "bun:test";
import { refusalIn, testApp } from "../../testing/app.ts";
import { signer } from "../../testing/forger.ts";
import { ISSUER, issuerWorld, signed } from "../../testing/issuer-world.ts";

const issuer = await issuerWorld();
const { claims, clock, first, jwksUrl, me, second, trust } = issuer;

test("forged, expired and misdirected tokens are refused", async () => {
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

test("keys are fetched again for a new one, at most once in half a minute; while the issuer is down, its keys stay", async () => {
  await trust();
  const token = await signed(claims({ exp: Math.floor(clock.now() / 1000) + 100_000 }), first);
  expect((await me(token)).status).toBe(200);
  issuer.published = () => Response.json({ keys: [first.jwk, second.jwk] });
  const other = await signed(claims({ exp: Math.floor(clock.now() / 1000) + 100_000 }), second);
  expect(await refusalIn(await me(other))).toEqual([401, "INVALID_TOKEN"]);
  expect(issuer.requests).toBe(1);
  issuer.advance(31_000);
  expect((await me(other)).status).toBe(200);
  expect(issuer.requests).toBe(2);
  issuer.published = () => new Response("no", { status: 500 });
  issuer.advance(11 * 60_000);
  expect((await me(await signed(claims(), second))).status).toBe(200);
  expect(issuer.requests).toBe(3);
  const fresh = issuer.beside();
  expect(await refusalIn(await me(token, {}, fresh))).toEqual([503, "UNAVAILABLE"]);
  for (const garbage of ["", "[]", "{", '{"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}', "x".repeat(300_000)]) {
    issuer.published = () => new Response(garbage);
    const app = issuer.beside();
    expect([401, 503]).toContain((await me(token, {}, app)).status);
  }
});

test("a key can be given instead of an address, and errors name the field", async () => {
  const pem = Buffer.from(await crypto.subtle.exportKey("spki", first.pair.publicKey)).toString("base64");
  const text = `-----BEGIN PUBLIC KEY-----\n${pem.replace(/(.{64})/g, "$1\n")}\n-----END PUBLIC KEY-----\n`;
  for (const [i, publicKey] of [text, first.jwk, { keys: [first.jwk] }].entries()) {
    const iss = `${ISSUER}/${i}`;
    expect((await trust({ issuer: iss, jwks_url: undefined, public_key: publicKey })).status).toBe(201);
    const header = typeof publicKey === "string" ? { kid: undefined } : {};
    expect((await me(await signed(claims({ iss }), first, header))).status).toBe(200);
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
  const strict = testApp({}, { clock, driver: issuer.app.driver });
  for (const url of [
    jwksUrl,
    "https://10.0.0.1/keys",
    "https://localhost/keys",
    "file:///etc/passwd",
    "https://[::1]/",
  ]) {
    const body = { issuer: "x", audience: "x", jwks_url: url };
    expect(await refusalIn(await strict.send("/api/trusted-issuers", body, issuer.admin))).toEqual([
      422,
      "VALIDATION",
      "jwks_url",
    ]);
  }
});
