import { as, type Who } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf } from "../../fixtures/session.ts";
import { including } from "../../match.ts";
import { type Call, del, get, INTERNALS, ok, post, refused, type Scenario, withHeaders } from "../../scenario.ts";

const HOST = "shop.example.org";
const noSecrets = [PASSWORD, ...INTERNALS];

const add = (host: string, workspace = "other"): Call => ({
  method: "PUT",
  path: `/api/workspaces/${workspace}/hosts/${host}`,
});
const at = (call: Call, host = HOST): Call => withHeaders(call, { host });

const refusal = (who: Who, host: string, expect: Scenario["expect"]): Scenario => ({
  name: `workspace hosts: ${host} is refused to ${who.name}`,
  as: who,
  request: add(host),
  expect: { ...expect, excludes: INTERNALS },
});

export const scenarios: Scenario[] = [
  {
    name: "workspace hosts: a host name means its workspace, until it is taken away",
    as: as.anonymous,
    given: [
      { as: as.operator, request: add(HOST), expect: ok({ data: { host: HOST } }) },
      {
        as: as.operator,
        request: get("/api/workspaces/other/hosts"),
        expect: ok({ data: including({ host: HOST }) }),
      },
      { as: as.operator, request: add(HOST, "default"), expect: refused(409, "CONFLICT", "host") },
    ],
    request: at(post("/api/auth/sign-up/email", { name: "Hoku", email: emailOf("hoku"), password: PASSWORD })),
    expect: { status: 200, excludes: noSecrets },
    then: [
      {
        request: (seen) => withHeaders(at(get("/api/me")), bearerOf(seen.replies[3])),
        expect: ok({ data: { email: emailOf("hoku"), workspace: { slug: "other" } } }),
      },
      { request: at(get("/api/me")), expect: ok({ data: { kind: "anonymous", workspace: { slug: "other" } } }) },
      { request: at(get("/api/t/default/me")), expect: refused(403, "WORKSPACE_MISMATCH") },
      {
        request: at(get("/api/me")),
        as: as.secretKey,
        expect: refused(403, "WORKSPACE_MISMATCH"),
      },
      {
        request: at(post("/api/operator/auth/sign-in/email", { email: emailOf("operator"), password: PASSWORD })),
        expect: refused(403, "WORKSPACE_MISMATCH"),
      },
      { as: as.operator, request: del(`/api/workspaces/other/hosts/${HOST}`), expect: ok({ data: { host: HOST } }) },
      { request: at(get("/api/me")), expect: ok({ data: { workspace: { slug: "default" } } }) },
    ],
  },
  refusal(as.anonymous, "mine.example.org", refused(401, "UNAUTHORIZED")),
  refusal(as.user("alice"), "mine.example.org", refused(403, "FORBIDDEN")),
  refusal(as.otherSecretKey, "mine.example.org", refused(403, "FORBIDDEN")),
  refusal(as.operator, "mine.example.org:80", refused(422, "VALIDATION", "host")),
  refusal(as.operator, "localhost", refused(422, "VALIDATION", "host")),
];
