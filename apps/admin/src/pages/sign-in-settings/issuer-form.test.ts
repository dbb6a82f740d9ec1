import { expect, test } from "bun:test";
import { issuerBody, issuerSchema, NO_ISSUER } from "./issuer-form.ts";

const FORM = { ...NO_ISSUER, issuer: "https://id.example.com", audience: "shop" };

test("only the chosen source of keys is sent", () => {
  const both = { ...FORM, jwks_url: "https://id.example.com/keys", public_key: '{"kty":"OKP"}' };
  expect(issuerBody(both)).toMatchObject({ jwks_url: "https://id.example.com/keys" });
  expect(issuerBody(both)).not.toHaveProperty("public_key");
  expect(issuerBody({ ...both, source: "key" })).toMatchObject({ public_key: { kty: "OKP" } });
  expect(issuerBody({ ...both, source: "key" })).not.toHaveProperty("jwks_url");
});

test("a key that is no JSON is sent as a text, and an empty claim is left to the server", () => {
  const pem = "-----BEGIN PUBLIC KEY-----";
  expect(issuerBody({ ...FORM, source: "key", public_key: pem })).toMatchObject({ public_key: pem });
  expect(issuerBody({ ...FORM, source: "key", public_key: "{oops" })).toMatchObject({ public_key: "{oops" });
  expect(issuerBody({ ...FORM, claim_roles: "" })).toMatchObject({ claims: { id: "sub", email: "email" } });
});

test("the source that is chosen is required, the other is not", () => {
  const refused = (form: object) => issuerSchema.safeParse(form).error?.issues.map(({ path }) => path.join("."));
  expect(refused({ ...FORM, jwks_url: "id.example.com" })).toEqual(["jwks_url"]);
  expect(refused({ ...FORM, source: "key" })).toEqual(["public_key"]);
  expect(refused({ ...FORM, jwks_url: "https://id.example.com/keys" })).toBeUndefined();
});
