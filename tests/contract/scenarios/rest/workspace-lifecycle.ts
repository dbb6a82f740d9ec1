import { as, type Who } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf } from "../../fixtures/session.ts";
import { absent, including } from "../../match.ts";
import {
  type Call,
  dataOf,
  type Expectation,
  get,
  INTERNALS,
  ok,
  post,
  refused,
  type Scenario,
  type Step,
  withHeaders,
} from "../../scenario.ts";

/** Of a name of its own in each scenario, as some of them outlive it. */
const made = (slug: string): Step => ({
  as: as.operator,
  request: post("/api/workspaces", { slug, name: "Acme" }),
  expect: { status: 201, body: { data: { slug, state: "active" } }, excludes: INTERNALS },
});

const inside = (slug: string, call: Call): Call => withHeaders(call, { "x-plinth-workspace": slug });
const act = (workspace: string, name: string): Call => post(`/api/workspaces/${workspace}/${name}`, {});
const rename = (workspace: string, body: Record<string, string>): Call => ({
  method: "PATCH",
  path: `/api/workspaces/${workspace}`,
  body,
});
const remove = (workspace: string, query: Record<string, string>): Call => ({
  method: "DELETE",
  path: `/api/workspaces/${workspace}`,
  query,
});

/** An account of the workspace, whose session the reply holds. */
const joinsThere = (slug: string): Step => ({
  as: as.anonymous,
  request: post(`/api/t/${slug}/auth/sign-up/email`, { name: "Eve", email: emailOf("eve"), password: PASSWORD }),
  expect: { status: 200, excludes: [PASSWORD] },
});

const meAfter = (at: number, expect: Expectation): Step => ({
  as: as.anonymous,
  request: (seen) => ({ ...get("/api/me"), headers: bearerOf(seen.replies[at]) }),
  expect,
});

const others: Who[] = [as.user("alice"), as.secretKey, as.publicKey, as.otherSecretKey];

export const scenarios: Scenario[] = [
  {
    name: "workspace lifecycle: renamed, an old slug names nothing and the id stays",
    as: as.operator,
    given: [made("acme-one")],
    request: rename("acme-one", { slug: "apex-one", name: "Apex" }),
    expect: ok({ data: { slug: "apex-one", name: "Apex", state: "active" } }),
    then: [
      { request: get("/api/workspaces/acme-one"), expect: refused(404, "NOT_FOUND") },
      { request: inside("acme-one", get("/api/me")), expect: refused(404, "NOT_FOUND") },
      { request: inside("apex-one", get("/api/me")), expect: ok({ data: { workspace: { slug: "apex-one" } } }) },
      {
        request: (seen) => get(`/api/workspaces/${dataOf(seen.replies[0], "id")}`),
        expect: ok({ data: { slug: "apex-one", name: "Apex" } }),
      },
      { request: rename("apex-one", { slug: "default" }), expect: refused(409, "CONFLICT", "slug") },
      { request: rename("apex-one", { slug: "Not A Slug" }), expect: refused(422, "VALIDATION", "slug") },
      { request: rename("apex-one", { name: "" }), expect: refused(422, "VALIDATION", "name") },
      { request: rename("apex-one", { owner: "me" }), expect: refused(422, "UNKNOWN_FIELD", "owner") },
      { request: get("/api/workspaces/apex-one"), expect: ok({ data: { slug: "apex-one", name: "Apex" } }) },
    ],
  },
  {
    name: "workspace lifecycle: an answer can be sent back",
    as: as.operator,
    given: [made("acme-two")],
    request: (seen) => ({
      method: "PATCH",
      path: "/api/workspaces/acme-two",
      body: (seen.replies[0]!.json as { data: Record<string, string> }).data,
    }),
    expect: ok({ data: { slug: "acme-two", name: "Acme" } }),
  },
  {
    name: "workspace lifecycle: archived, it answers nobody; then as before",
    as: as.operator,
    given: [made("acme-three"), joinsThere("acme-three")],
    request: act("acme-three", "archive"),
    expect: ok({ data: { slug: "acme-three", state: "archived" } }),
    then: [
      meAfter(1, refused(403, "WORKSPACE_ARCHIVED")),
      { request: inside("acme-three", get("/api/collections")), expect: refused(403, "WORKSPACE_ARCHIVED") },
      { as: as.anonymous, request: get("/api/t/acme-three/me"), expect: refused(403, "WORKSPACE_ARCHIVED") },
      {
        as: as.anonymous,
        request: post("/api/t/acme-three/auth/sign-in/email", { email: emailOf("eve"), password: PASSWORD }),
        expect: refused(403, "WORKSPACE_ARCHIVED"),
      },
      { request: get("/api/workspaces"), expect: ok({ data: including({ slug: "acme-three", state: "archived" }) }) },
      { request: act("acme-three", "unarchive"), expect: ok({ data: { state: "active", archived_at: null } }) },
      meAfter(1, ok({ data: { email: emailOf("eve") } })),
    ],
  },
  {
    name: "workspace lifecycle: deleted only when its slug is repeated, and restored with all that it holds",
    as: as.operator,
    given: [made("acme-four"), joinsThere("acme-four")],
    request: remove("acme-four", {}),
    expect: refused(409, "CONFIRMATION_REQUIRED", "confirm"),
    then: [
      { request: remove("acme-four", { confirm: "other" }), expect: refused(409, "CONFIRMATION_REQUIRED", "confirm") },
      {
        request: remove("acme-four", { confirm: "acme-four", grace_days: "400" }),
        expect: refused(422, "VALIDATION", "grace_days"),
      },
      meAfter(1, ok({ data: { email: emailOf("eve") } })),
      {
        request: remove("acme-four", { confirm: "acme-four" }),
        expect: ok({ data: { slug: "acme-four", state: "deleted" } }),
      },
      meAfter(1, refused(404, "NOT_FOUND")),
      { request: inside("acme-four", get("/api/collections")), expect: refused(404, "NOT_FOUND") },
      { request: act("acme-four", "archive"), expect: refused(409, "CONFLICT", "workspace") },
      { request: rename("acme-four", { name: "X" }), expect: refused(409, "CONFLICT", "workspace") },
      { request: post("/api/workspaces", { slug: "acme-four", name: "X" }), expect: refused(409, "CONFLICT", "slug") },
      {
        request: act("acme-four", "restore"),
        expect: ok({ data: { state: "active", deleted_at: null, purge_at: null } }),
      },
      meAfter(1, ok({ data: { email: emailOf("eve") } })),
      {
        request: get("/api/operators/security-log", { limit: 4 }),
        expect: ok({
          data: including({ type: "workspace_restore" }, { type: "workspace_delete", detail: { slug: "acme-four" } }),
        }),
      },
    ],
  },
  {
    name: "workspace lifecycle: the default one stays",
    as: as.operator,
    request: remove("default", { confirm: "default" }),
    expect: refused(409, "CONFLICT", "workspace"),
    then: [
      { request: act("default", "archive"), expect: refused(409, "CONFLICT", "workspace") },
      { request: rename("default", { slug: "main" }), expect: refused(409, "CONFLICT", "slug") },
      { request: act("default", "restore"), expect: ok({ data: { state: "active" } }) },
      { request: get("/api/workspaces/nowhere"), expect: refused(404, "NOT_FOUND") },
      { request: get("/api/workspaces/$operators"), expect: refused(404, "NOT_FOUND") },
    ],
  },
  ...others.map(
    (who): Scenario => ({
      name: `workspace lifecycle: not for ${who.name}`,
      as: who,
      request: get("/api/workspaces/other"),
      expect: refused(403, "FORBIDDEN"),
      then: [
        { request: rename("other", { name: "Mine" }), expect: refused(403, "FORBIDDEN") },
        { request: act("other", "archive"), expect: refused(403, "FORBIDDEN") },
        { request: act("other", "unarchive"), expect: refused(403, "FORBIDDEN") },
        { request: act("other", "restore"), expect: refused(403, "FORBIDDEN") },
        { request: remove("other", { confirm: "other" }), expect: refused(403, "FORBIDDEN") },
        {
          as: as.operator,
          request: get("/api/workspaces/other"),
          expect: ok({ data: { name: "Other" }, error: absent }),
        },
      ],
    }),
  ),
];
