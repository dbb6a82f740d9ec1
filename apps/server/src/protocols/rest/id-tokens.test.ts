/** ID tokens that a native app got from the provider. */
import { afterAll, expect, test } from "bun:test";
import { generateKeyPair } from "jose";
import { bearer, refusalIn } from "../../testing/app.ts";
import { stubProvider } from "../../testing/stub-provider.ts";

/** A provider, its pages and the server share a process, which may share its cores with others. */

const stub = await stubProvider();
afterAll(stub.close);
const { issuer, jwk, discovery, idToken, open } = stub;

test("an ID token of a native app signs in, once, with its nonce", async () => {
  stub.answers = discovery();
  const { send, all } = await open({ other_client_ids: ["ios-app"] });
  const signIn = (token: string, nonce?: string) =>
    send("/api/auth/sign-in/social", { provider: "sso", id_token: { token, ...(nonce !== undefined && { nonce }) } });
  const token = await idToken({ nonce: "n", aud: "ios-app", name: "Ada" });
  for (const wrong of [undefined, "m"])
    expect(await refusalIn(await signIn(token, wrong))).toEqual([401, "INVALID_TOKEN", "id_token"]);
  const answer = await signIn(token, "n");
  expect(answer.status).toBe(200);
  const { token: session, user } = (await answer.json()) as { token: string; user: object };
  expect(user).toMatchObject({ email: "ada@example.com", name: "Ada" });
  expect(await (await send("/api/me", undefined, bearer(session), "GET")).json()).toMatchObject({
    data: { kind: "user" },
  });
  // The last character of a signature has bits that mean nothing.
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const last of alphabet)
    expect(await refusalIn(await signIn(token.slice(0, -1) + last, "n"))).toEqual([401, "INVALID_TOKEN", "id_token"]);
  expect((await signIn(await idToken({ jti: "2" }))).status).toBe(200);
  expect(await all("select id_token from plinth_accounts where provider_id <> 'credential'")).toEqual([
    { id_token: null },
  ]);
});

test("an ID token that is forged, foreign, old, early or unsigned is refused", async () => {
  stub.answers = discovery();
  const { send, all } = await open();
  const other = await generateKeyPair("RS256");
  const now = Math.floor(Date.now() / 1000);
  const bytes = new TextEncoder().encode(JSON.stringify(jwk));
  const plain = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const good = await idToken();
  const tokens: Record<string, string> = {
    "another key": await idToken({}, {}, other.privateKey),
    "an unknown key": await idToken({}, { kid: "x" }, other.privateKey),
    "the public key as a shared secret": await idToken({}, { alg: "HS256" }, bytes),
    "alg none": `${plain({ alg: "none" })}.${plain({ iss: issuer, aud: "plinth", sub: "ada", iat: now, exp: now + 60 })}.`,
    "another issuer": await idToken({ iss: "https://evil.example" }),
    "another audience": await idToken({ aud: "another" }),
    "several audiences, for another": await idToken({ aud: ["plinth", "another"], azp: "another" }),
    expired: await idToken({ exp: now - 60 }),
    "issued long ago": await idToken({ iat: now - 7200 }),
    "not valid yet": await idToken({ nbf: now + 300 }),
    "without a subject": await idToken({ sub: undefined }),
    "an empty subject": await idToken({ sub: "" }),
    "a subject that is a list": await idToken({ sub: ["ada"] as never }),
    altered: good.replace(
      /\.[^.]+\./,
      `.${plain({ iss: issuer, aud: "plinth", sub: "eve", iat: now, exp: now + 60 })}.`,
    ),
    "no token": "a.b.c",
    "a text": "hello",
  };
  for (const [name, token] of Object.entries(tokens)) {
    const refused = await send("/api/auth/sign-in/social", { provider: "sso", id_token: { token } });
    expect([name, ...(await refusalIn(refused))]).toEqual([name, 401, "INVALID_TOKEN", "id_token"]);
  }
  expect(await all("select count(*) as n from plinth_users")).toEqual([{ n: 1 }]);
});

test("an ID token obeys linking and sign-up like the pages", async () => {
  stub.answers = discovery();
  const { send, all } = await open();
  await send("/api/auth/sign-up/email", { name: "Ada", email: "ada@example.com", password: "correct horse" });
  const signIn = async (claims: object) =>
    send("/api/auth/sign-in/social", {
      provider: "sso",
      id_token: { token: await idToken({ jti: crypto.randomUUID(), ...claims }) },
    });
  expect(await refusalIn(await signIn({ email_verified: false }))).toEqual([403, "EMAIL_NOT_VERIFIED", "provider"]);
  expect(await refusalIn(await signIn({ email: undefined }))).toEqual([422, "VALIDATION", "provider"]);
  expect((await signIn({})).status).toBe(200);
  expect(await all("select count(*) as n from plinth_accounts where password is not null")).toEqual([{ n: 1 }]);
});

test("a new key of the issuer is found, an unknown one is looked for at most now and then", async () => {
  stub.answers = { ...discovery(), "/keys": () => Response.json({ keys: [] }) };
  const { send } = await open();
  const signIn = async () =>
    send("/api/auth/sign-in/social", {
      provider: "sso",
      id_token: { token: await idToken({ jti: crypto.randomUUID() }) },
    });
  for (let i = 0; i < 3; i++) expect((await signIn()).status).toBe(401);
  expect(stub.at("/keys")).toHaveLength(1);
});
