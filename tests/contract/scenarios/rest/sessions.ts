import { as } from "../../as.ts";
import { books } from "../../fixtures/library.ts";
import { emailOf, PASSWORD, signIn, signUp } from "../../fixtures/people.ts";
import { aText, exactly, including } from "../../match.ts";
import { get, INTERNALS, items, ok, post, type Reply, refused, type Scenario, SECRETS } from "../../scenario.ts";

const noPasswords = [...SECRETS, PASSWORD, ...INTERNALS];
const noPassword = [PASSWORD, '"token"', ...INTERNALS];
const bearer = (reply: Reply | undefined) => ({ authorization: `Bearer ${reply?.headers.get("set-auth-token")}` });
const tokenOf = (reply: Reply | undefined) => reply?.headers.get("set-auth-token") ?? "";
const formOf = (token: string, form: "whole" | "bare" | "forged") => {
  const bare = token.split(".")[0]!;
  return form === "whole" ? token : form === "bare" ? bare : `${bare}.${"A".repeat(43)}=`;
};

export const scenarios: Scenario[] = [
  {
    name: "sign-in: gives a token and a cookie",
    as: as.anonymous,
    request: signIn("alice"),
    expect: {
      status: 200,
      body: { token: aText, user: { email: emailOf("alice") } },
      headers: { "set-auth-token": /./, "set-cookie": /HttpOnly/i },
      excludes: noPasswords,
    },
    then: [
      {
        request: (seen) => ({ ...get("/api/me"), headers: bearer(seen.replies[0]) }),
        expect: ok({ data: { email: emailOf("alice"), roles: including("authenticated") } }),
      },
    ],
  },
  {
    name: "sign-in: a wrong password",
    as: as.anonymous,
    request: signIn("alice", "not the password"),
    expect: { ...refused(401, "INVALID_CREDENTIALS"), headers: { "set-auth-token": null, "set-cookie": null } },
  },
  {
    name: "sign-in: an unknown address is answered like a wrong password",
    as: as.anonymous,
    request: signIn("nobody"),
    expect: { ...refused(401, "INVALID_CREDENTIALS"), excludes: ["nobody", "not found", "unknown user"] },
  },
  {
    name: "sign-in: SQL in the address",
    as: as.anonymous,
    request: post("/api/auth/sign-in/email", { email: "' OR 1=1 --", password: PASSWORD }),
    expect: { status: 422, code: "VALIDATION", field: "email", excludes: noPassword },
  },
  {
    name: "sign-in: without a password",
    as: as.anonymous,
    request: post("/api/auth/sign-in/email", { email: emailOf("alice") }),
    expect: { status: 422, code: "VALIDATION", field: "password", excludes: noPassword },
  },
  {
    name: "sign-up: an address that is taken",
    as: as.anonymous,
    request: signUp("alice"),
    expect: { ...refused(409, "UNIQUE_VIOLATION"), headers: { "set-auth-token": null } },
  },
  {
    name: "sign-up: a short password",
    as: as.anonymous,
    request: signUp("eve", { password: "short" }),
    expect: { status: 422, code: "VALIDATION", field: "password", excludes: noPassword },
    then: [{ request: signIn("eve", "short"), expect: refused(401, "INVALID_CREDENTIALS") }],
  },
  {
    name: "sign-up: a password that everybody knows",
    as: as.anonymous,
    request: signUp("common", { password: "Password123" }),
    expect: { ...refused(422, "PASSWORD_TOO_COMMON", "password"), excludes: ["Password123", ...noPassword] },
  },
  {
    name: "sign-up: an address that is none",
    as: as.anonymous,
    request: signUp("eve", { email: "no-address" }),
    expect: { status: 422, code: "VALIDATION", field: "email", excludes: noPassword },
  },
  {
    name: "sign-up: a wrong type",
    as: as.anonymous,
    request: post("/api/auth/sign-up/email", { name: "eve", email: emailOf("eve"), password: 12345678 }),
    expect: { status: 422, code: "VALIDATION", field: "password", excludes: noPassword },
  },
  {
    name: "session: get-session returns its user",
    as: as.user("bob"),
    request: get("/api/auth/get-session"),
    expect: { status: 200, body: { user: { email: emailOf("bob") } }, excludes: [...SECRETS, "alice"] },
  },
  {
    name: "session: a cookie is as good as a bearer",
    as: as.cookie("alice"),
    request: get("/api/me"),
    expect: ok({ data: { kind: "user", email: emailOf("alice") } }),
  },
  {
    name: "session: a stale cookie is nobody",
    as: as.forger({ cookie: "better-auth.session_token=stale.c3RhbGU%3D" }),
    request: get("/api/me"),
    expect: ok({ data: { kind: "anonymous", roles: exactly(["public"]) } }),
  },
  {
    name: "session: a made-up bearer",
    as: as.forger({ authorization: "Bearer made-up" }),
    request: get("/api/me"),
    expect: refused(401, "INVALID_TOKEN"),
  },
  {
    name: "session: a made-up bearer is not anonymous where anonymous callers may read",
    as: as.forger({ authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." }),
    needs: [books],
    request: items("books"),
    expect: { ...refused(401, "INVALID_TOKEN"), excludes: ["Peer Gynt"] },
  },
  {
    name: "session: over after sign-out",
    as: as.signedOut,
    request: get("/api/me"),
    expect: { ...refused(401, "INVALID_TOKEN"), excludes: ["dave"] },
  },
  {
    name: "session: over after sign-out, for data too",
    as: as.signedOut,
    needs: [books],
    request: items("books"),
    expect: { ...refused(401, "INVALID_TOKEN"), excludes: ["Peer Gynt"] },
  },
  {
    name: "session: signing out ends one session, not the other",
    as: as.user("bob"),
    given: [{ as: as.anonymous, request: signIn("bob"), expect: { status: 200, excludes: noPasswords } }],
    request: (seen) => ({ ...post("/api/auth/sign-out", {}), headers: bearer(seen.replies[0]) }),
    expect: { status: 200, excludes: noPasswords },
    then: [
      {
        as: as.anonymous,
        request: (seen) => ({ ...get("/api/me"), headers: bearer(seen.replies[0]) }),
        expect: refused(401, "INVALID_TOKEN"),
      },
      { request: get("/api/me"), expect: ok({ data: { email: emailOf("bob") } }) },
    ],
  },
  {
    name: "session: revoked by the token that sign-in gave",
    as: as.user("bob"),
    given: [{ as: as.anonymous, request: signIn("bob"), expect: { status: 200, excludes: noPasswords } }],
    request: (seen) => post("/api/auth/revoke-session", { token: tokenOf(seen.replies[0]) }),
    expect: { status: 200, excludes: noPasswords },
    then: [
      {
        as: as.anonymous,
        request: (seen) => ({ ...get("/api/me"), headers: bearer(seen.replies[0]) }),
        expect: refused(401, "INVALID_TOKEN"),
      },
      { request: get("/api/me"), expect: ok({ data: { email: emailOf("bob") } }) },
      {
        request: (seen) => post("/api/auth/revoke-session", { token: tokenOf(seen.replies[0]) }),
        expect: { ...refused(404, "NOT_FOUND"), field: "token" },
      },
    ],
  },
  {
    name: "session: revoked by the token without its signature",
    as: as.user("bob"),
    given: [{ as: as.anonymous, request: signIn("bob"), expect: { status: 200, excludes: noPasswords } }],
    request: (seen) => post("/api/auth/revoke-session", { token: tokenOf(seen.replies[0]).split(".")[0]! }),
    expect: { status: 200, excludes: noPasswords },
    then: [
      {
        as: as.anonymous,
        request: (seen) => ({ ...get("/api/me"), headers: bearer(seen.replies[0]) }),
        expect: refused(401, "INVALID_TOKEN"),
      },
    ],
  },
  ...(["whole", "bare", "forged"] as const).map(
    (form): Scenario => ({
      name: `session: somebody else's cannot be revoked, by its ${form} token`,
      as: as.user("bob"),
      given: [{ as: as.anonymous, request: signIn("alice"), expect: { status: 200, excludes: noPasswords } }],
      request: (seen) => post("/api/auth/revoke-session", { token: formOf(tokenOf(seen.replies[0]), form) }),
      expect: { ...refused(404, "NOT_FOUND"), field: "token", excludes: [...noPasswords, "alice"] },
      then: [
        {
          as: as.anonymous,
          request: (seen) => ({ ...get("/api/me"), headers: bearer(seen.replies[0]) }),
          expect: ok({ data: { email: emailOf("alice") } }),
        },
      ],
    }),
  ),
  {
    name: "session: one's own is not revoked by a forged token",
    as: as.user("bob"),
    given: [{ as: as.anonymous, request: signIn("bob"), expect: { status: 200, excludes: noPasswords } }],
    request: (seen) => post("/api/auth/revoke-session", { token: formOf(tokenOf(seen.replies[0]), "forged") }),
    expect: { ...refused(404, "NOT_FOUND"), field: "token" },
  },
  {
    name: "session: nobody revokes without being signed in",
    as: as.anonymous,
    request: post("/api/auth/revoke-session", { token: "made-up" }),
    expect: refused(401, "UNAUTHORIZED"),
  },
];
