import { expect, test } from "bun:test";
import { operatorProviders } from "./config-providers.ts";

const parse = (value: unknown) =>
  operatorProviders.safeParse(typeof value === "string" ? value : JSON.stringify(value));
const problem = (value: unknown) => parse(value).error?.issues[0]?.message;
const google = { kind: "google", client_id: "id", client_secret: "secret" };
const oidc = { kind: "oidc", name: "sso", label: "SSO", issuer: "https://login.example.com", client_id: "id" };

test("a provider has the defaults of its kind", () => {
  expect(parse([google, oidc]).data).toEqual([
    {
      name: "google",
      kind: "google",
      label: "Google",
      issuer: "https://accounts.google.com",
      clientId: "id",
      secret: "secret",
      scopes: ["email", "profile"],
    },
    {
      name: "sso",
      kind: "oidc",
      label: "SSO",
      issuer: "https://login.example.com",
      clientId: "id",
      scopes: ["email", "profile"],
    },
  ]);
});

test("plain http is for this server's own network", () => {
  expect(parse([{ ...oidc, issuer: "http://keycloak.internal/realms/x" }]).success).toBe(true);
  expect(problem([{ ...oidc, issuer: "http://login.example.com" }])).toBe("[0].issuer: must be an https address");
});

test.each([
  ["{", 'it must be JSON such as [{"kind": "google", "client_id": "…", "client_secret": "…"}]'],
  [{}, "it must be a list of providers: "],
  [[{ ...google, kind: "myspace" }], "[0].kind: must be google, github, apple, oidc"],
  [[google, { ...google, client_secret: undefined, kind: "github" }], "[1].client_secret: is needed: "],
  [[{ ...google, clientid: "x" }], '[0]: Unrecognized key: "clientid"'],
  [[{ ...google, client_id: "" }], "[0].client_id: must not be empty"],
  [[{ ...google, team_id: "ABCDEFGHIJ" }], "[0].team_id: is for providers of the kind apple"],
  [[{ kind: "apple", client_id: "x", private_key: "x", team_id: "ABCDEFGHIJ" }], "[0].private_key: must be the text"],
  [[{ ...oidc, issuer: undefined }], "[0].issuer: is needed: the address of the provider"],
  [[{ ...oidc, label: undefined }], "[0].label: is needed: the name on the button"],
  [[{ ...oidc, name: "SSO" }], "[0].name: must begin with a letter"],
  [[{ ...oidc, issuer: "https://login.example.com/?x" }], "[0].issuer: must have neither ? nor #"],
  [[oidc, { ...oidc, issuer: "https://b.example.com" }], "two of them have the name sso"],
  [[oidc, { ...oidc, name: "b" }], "two of them have the issuer https://login.example.com"],
] as const)("refused: %j", (value, message) => {
  expect(problem(value)).toStartWith(message);
});
