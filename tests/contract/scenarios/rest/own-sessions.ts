import { as } from "../../as.ts";
import { PASSWORD, signIn } from "../../fixtures/people.ts";
import { bearerOf, joins, me, signsIn } from "../../fixtures/session.ts";
import { aTimestamp, aUuid, including } from "../../match.ts";
import { del, get, INTERNALS, ok, post, type Reply, refused, type Scenario, withHeaders } from "../../scenario.ts";

const NEW_PASSWORD = "an even better horse";
const noSecrets = [PASSWORD, NEW_PASSWORD, '"password"', ...INTERNALS];
const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

interface Listed {
  id: string;
  current: boolean;
}

const sessionsIn = (reply: Reply | undefined) => (reply?.json as { data?: Listed[] } | undefined)?.data ?? [];

export const scenarios: Scenario[] = [
  {
    name: "own sessions: listed with device and times, without tokens",
    as: as.anonymous,
    given: [
      joins("s-list"),
      {
        request: withHeaders(signIn("s-list"), { "user-agent": FIREFOX }),
        expect: { status: 200, excludes: noSecrets },
      },
    ],
    request: (seen) => ({ ...get("/api/sessions"), headers: bearerOf(seen.replies[1]) }),
    expect: {
      ...ok({
        data: including({
          id: aUuid,
          device: "Firefox on Windows",
          user_agent: FIREFOX,
          created_at: aTimestamp,
          last_used_at: aTimestamp,
          expires_at: aTimestamp,
          current: true,
        }),
      }),
      excludes: ["token", ...noSecrets],
    },
    verify(reply) {
      const found = sessionsIn(reply);
      if (found.length !== 2 || found.filter(({ current }) => current).length !== 1) {
        throw new Error(`expected two sessions, one of them the current one: ${reply.text}`);
      }
    },
  },
  {
    name: "own sessions: not for strangers",
    as: as.anonymous,
    request: get("/api/sessions"),
    expect: refused(401, "UNAUTHORIZED"),
  },
  {
    name: "own sessions: not for keys",
    as: as.secretKey,
    request: get("/api/sessions"),
    expect: refused(403, "FORBIDDEN"),
  },
  {
    name: "own sessions: one is revoked by its id, and is over at once",
    as: as.anonymous,
    given: [
      joins("s-one"),
      signsIn("s-one"),
      { request: (seen) => ({ ...get("/api/sessions"), headers: bearerOf(seen.replies[0]) }), expect: { status: 200 } },
      me(1, "s-one"),
    ],
    request: (seen) => ({
      ...del(`/api/sessions/${sessionsIn(seen.replies[2]).find(({ current }) => !current)?.id}`),
      headers: bearerOf(seen.replies[0]),
    }),
    expect: { ...ok({ data: { id: aUuid } }), excludes: noSecrets },
    then: [
      me(1, null),
      me(0, "s-one"),
      {
        request: (seen) => ({
          ...del(`/api/sessions/${sessionsIn(seen.replies[2]).find(({ current }) => !current)?.id}`),
          headers: bearerOf(seen.replies[0]),
        }),
        expect: refused(404, "NOT_FOUND"),
      },
    ],
  },
  {
    name: "own sessions: somebody else's is not there",
    as: as.user("bob"),
    given: [{ as: as.user("alice"), request: get("/api/sessions"), expect: { status: 200 } }],
    request: (seen) => del(`/api/sessions/${sessionsIn(seen.replies[0])[0]?.id}`),
    expect: refused(404, "NOT_FOUND"),
    then: [{ as: as.user("alice"), request: get("/api/me"), expect: { status: 200 } }],
  },
  {
    name: "own sessions: all others are revoked",
    as: as.anonymous,
    given: [joins("s-all"), signsIn("s-all"), signsIn("s-all")],
    request: (seen) => ({ ...del("/api/sessions"), headers: bearerOf(seen.replies[1]) }),
    expect: ok({ data: { revoked: 2 } }),
    then: [me(0, null), me(2, null), me(1, "s-all")],
  },
  {
    name: "password: a change ends all other sessions, and answers with a new one",
    as: as.anonymous,
    given: [joins("p-change"), signsIn("p-change"), me(0, "p-change")],
    request: (seen) => ({
      ...post("/api/auth/change-password", { current_password: PASSWORD, new_password: NEW_PASSWORD }),
      headers: bearerOf(seen.replies[1]),
    }),
    expect: { status: 200, headers: { "set-auth-token": /./ }, excludes: noSecrets },
    then: [
      me(0, null),
      me(1, null),
      me(3, "p-change"),
      { request: signIn("p-change"), expect: refused(401, "INVALID_CREDENTIALS") },
      { request: signIn("p-change", NEW_PASSWORD), expect: { status: 200, excludes: noSecrets } },
    ],
  },
  {
    name: "password: a change keeps the sessions if the request says so",
    as: as.anonymous,
    given: [joins("p-keep"), signsIn("p-keep")],
    request: (seen) => ({
      ...post("/api/auth/change-password", {
        current_password: PASSWORD,
        new_password: NEW_PASSWORD,
        revoke_other_sessions: false,
      }),
      headers: bearerOf(seen.replies[1]),
    }),
    expect: { status: 200, excludes: noSecrets },
    then: [me(0, "p-keep"), me(1, "p-keep")],
  },
  {
    name: "password: a wrong one changes and ends nothing",
    as: as.anonymous,
    given: [joins("p-wrong"), signsIn("p-wrong")],
    request: (seen) => ({
      ...post("/api/auth/change-password", { current_password: "not this one", new_password: NEW_PASSWORD }),
      headers: bearerOf(seen.replies[1]),
    }),
    expect: { ...refused(401, "INVALID_CREDENTIALS"), headers: { "set-auth-token": null } },
    then: [me(0, "p-wrong"), me(1, "p-wrong"), { request: signIn("p-wrong"), expect: { status: 200, excludes: [] } }],
  },
];
