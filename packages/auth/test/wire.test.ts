import { expect, test } from "bun:test";
import { placeholderAddress } from "@plinth/core";
import { camelCase, fromLibrary, snakeCase, toLibrary } from "../src/wire.ts";
import { openAuth } from "./fixture.ts";

const ADDRESS = "http://localhost:8787/api/auth";
const headers = { "content-type": "application/json" };

test.each([
  ["callback_url", "callbackURL"],
  ["new_user_callback_url", "newUserCallbackURL"],
  ["totp_uri", "totpURI"],
  ["backup_codes", "backupCodes"],
  ["id_token", "idToken"],
  ["token", "token"],
])("%s is better-auth's %s", (wire, library) => {
  expect(camelCase(wire)).toBe(library);
  expect(snakeCase(library)).toBe(wire);
});

test("a request's keys and parameters are translated at any depth, and its values are not", async () => {
  const body = JSON.stringify({ id_token: { access_token: "some_value" }, list: [{ a_b: null }] });
  const request = await toLibrary(
    "/x",
    new Request(`${ADDRESS}/x?disable_refresh=a_b`, { method: "POST", headers, body }),
  );
  expect(await request.json()).toEqual({ idToken: { accessToken: "some_value" }, list: [{ aB: null }] });
  expect(new URL(request.url).search).toBe("?disableRefresh=a_b");
});

test("what a browser has made by WebAuthn is left as it is", async () => {
  const credential = { id: "x", client_data: 1, clientExtensionResults: { credProps: { rk: true } } };
  const body = JSON.stringify({ response: credential, some_name: "a" });
  const path = "/passkey/verify-registration";
  const request = await toLibrary(path, new Request(ADDRESS + path, { method: "POST", headers, body }));
  expect(await request.json()).toEqual({ response: credential, someName: "a" });
  const options = () => Response.json({ pubKeyCredParams: [] });
  expect(await (await fromLibrary("/passkey/generate-register-options", options())).json()).toEqual({
    pubKeyCredParams: [],
  });
});

test("a provider's parameters are left as OAuth defines them", async () => {
  const request = new Request(`${ADDRESS}/callback/sso?error_description=x`);
  expect(await toLibrary("/callback/sso", request)).toBe(request);
});

test("an answer keeps its status and cookies", async () => {
  const answer = new Response('{"twoFactorEnabled":true}', { status: 201, headers });
  answer.headers.append("set-cookie", "a=1");
  answer.headers.append("set-cookie", "b=2");
  const read = await fromLibrary("/x", answer);
  expect([read.status, read.headers.getSetCookie()]).toEqual([201, ["a=1", "b=2"]]);
  expect(await read.json()).toEqual({ two_factor_enabled: true });
});

test("no key of a session is in camelCase", async () => {
  const { get, signUp } = await openAuth();
  const answer = await get("/get-session", { authorization: `Bearer ${await signUp()}` });
  const { session, user } = (await answer.json()) as { session: object; user: object };
  const keys = [...Object.keys(session), ...Object.keys(user)];
  expect(keys).toContain("expires_at");
  expect(keys).toContain("email_verified");
  expect(keys.filter((key) => /[A-Z]/.test(key))).toEqual([]);
});

test("an answer holds no placeholder of an address", async () => {
  const placeholder = placeholderAddress("01a22559-49f8-7069-80cb-f5a74b530731");
  const uri = `otpauth://totp/Plinth:${encodeURIComponent(placeholder)}?secret=A&issuer=Plinth`;
  const answer = Response.json({ user: { email: placeholder, name: "Ann" }, totpURI: uri, methods: ["pwd"] });
  expect(await (await fromLibrary("/get-session", answer)).json()).toEqual({
    user: { email: null, name: "Ann" },
    totp_uri: "otpauth://totp/Plinth:01a22559-49f8-7069-80cb-f5a74b530731?secret=A&issuer=Plinth",
    methods: ["pwd"],
  });
  const options = Response.json({ rpId: "localhost", user: { displayName: placeholder } });
  const kept = await fromLibrary("/passkey/generate-register-options", options);
  expect(await kept.json()).toEqual({
    rpId: "localhost",
    user: { displayName: "01a22559-49f8-7069-80cb-f5a74b530731" },
  });
});
