import { as, type Who } from "../../as.ts";
import { organizationsOf, papers } from "../../fixtures/organizations.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf, idIn, isMade } from "../../fixtures/session.ts";
import { aText, aUuid, exactly } from "../../match.ts";
import {
  type Call,
  dataOf,
  del,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  put,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const noSecrets = [PASSWORD, "plinth_", ...INTERNALS];
const alice = as.user("alice");
const bob = as.user("bob");

const acme = ({ credentials }: Seen): string => organizationsOf(credentials).acme;
const others = ({ credentials }: Seen): string => organizationsOf(credentials).others;
const at = (seen: Seen, path = ""): string => `/api/organizations/${acme(seen)}${path}`;
const activates = (who: Who, organization: (seen: Seen) => string | null, expect: Step["expect"]): Step => ({
  as: who,
  request: (seen) => put("/api/active-organization", { organization: organization(seen) }),
  expect,
});
const cursorOf = (seen: Seen, n: number): string =>
  String((seen.replies[n]?.json as { next_cursor?: string } | undefined)?.next_cursor);
const acting = (seen: Seen, n: number, call: Call): Call => ({ ...call, headers: bearerOf(seen.replies[n]) });

export const scenarios: Scenario[] = [
  {
    name: "organizations: members see theirs, and nobody else's",
    as: alice,
    needs: [papers],
    request: get("/api/organizations"),
    expect: { ...ok({ data: [{ id: aUuid, slug: "acme", role: "owner" }] }), excludes: ["others", ...noSecrets] },
    then: [
      { as: bob, request: get("/api/organizations"), expect: ok({ data: exactly([]) }) },
      { as: bob, request: (seen) => get(at(seen)), expect: refused(404, "NOT_FOUND") },
      {
        as: bob,
        request: (seen) => get(at(seen, "/members")),
        expect: { ...refused(404, "NOT_FOUND"), excludes: ["alice"] },
      },
      { as: as.anonymous, request: (seen) => get(at(seen)), expect: refused(401, "UNAUTHORIZED") },
      { as: as.publicKey, request: (seen) => get(at(seen)), expect: refused(403, "FORBIDDEN") },
      { as: as.otherSecretKey, request: (seen) => get(at(seen)), expect: refused(404, "NOT_FOUND") },
      { as: as.secretKey, request: (seen) => get(at(seen)), expect: ok({ data: { slug: "acme", role: null } }) },
      { as: alice, request: get("/api/organizations/no-id"), expect: refused(404, "NOT_FOUND") },
    ],
  },
  {
    name: "organizations: as collections, with rules like any other",
    as: alice,
    needs: [papers],
    request: get("/api/items/organizations", { expand: "members", fields: "slug" }),
    expect: { ...ok({ data: [{ slug: "acme", members: [{ role: "owner" }] }] }), excludes: ["others", ...noSecrets] },
    then: [
      { as: as.anonymous, request: get("/api/items/organizations"), expect: refused(401, "UNAUTHORIZED") },
      {
        as: as.operator,
        request: (seen) => post("/api/items/organization_members", { organization: acme(seen), role: "owner" }),
        expect: { status: 403, code: "FORBIDDEN" },
      },
      {
        as: as.operator,
        request: (seen) => patch(`/api/items/organizations/${acme(seen)}`, { slug: "taken-over" }),
        expect: { status: 403, code: "FIELD_FORBIDDEN", field: "slug" },
      },
      {
        as: as.operator,
        request: (seen) => del(`/api/items/organizations/${acme(seen)}`),
        expect: { status: 403, code: "FORBIDDEN" },
      },
    ],
  },
  {
    name: "organizations: in rules: membership, the active one, and the role",
    as: alice,
    needs: [papers],
    request: get("/api/items/org_papers", { fields: "title" }),
    expect: { ...ok({ data: [{ title: "of acme" }] }), excludes: ["of others", ...noSecrets] },
    then: [
      {
        request: (seen) => post("/api/items/org_papers", { title: "new", org: acme(seen) }),
        expect: refused(403, "FORBIDDEN"),
      },
      activates(alice, others, refused(404, "NOT_FOUND")),
      activates(alice, acme, ok({ data: { organization: aUuid, role: "owner" } })),
      {
        request: (seen) => post("/api/items/org_papers", { title: "new", org: acme(seen) }),
        expect: { status: 201 },
      },
      {
        request: (seen) => post("/api/items/org_papers", { title: "new", org: others(seen) }),
        expect: refused(403, "FORBIDDEN"),
      },
      { as: bob, request: get("/api/items/org_papers"), expect: ok({ data: exactly([]) }) },
      { request: (seen) => del(`/api/items/org_papers/${idIn(seen.replies[4])}`), expect: ok() },
      activates(alice, () => null, ok({ data: { organization: null, role: null } })),
    ],
  },
  {
    name: "organizations: an invitation works once, for its address, when that is verified",
    as: alice,
    needs: [papers],
    given: [
      isMade("o-guest", { email_verified: true }),
      {
        as: as.anonymous,
        request: { ...post("/api/auth/sign-in/email", { email: emailOf("o-guest"), password: PASSWORD }) },
        expect: { status: 200 },
      },
    ],
    request: (seen) => post(at(seen, "/invitations"), { email: emailOf("o-guest"), role: "admin" }),
    expect: { status: 201, body: { data: { token: aText, link: aText, role: "admin" } }, excludes: noSecrets },
    then: [
      {
        as: bob,
        request: (seen) =>
          post("/api/organization-invitations/accept", { invitation: dataOf(seen.replies[2], "token") }),
        expect: { status: 403, code: "INVALID_INVITATION", field: "email" },
      },
      {
        as: as.anonymous,
        request: (seen) =>
          acting(
            seen,
            1,
            post("/api/organization-invitations/accept", { invitation: dataOf(seen.replies[2], "token") }),
          ),
        expect: ok({ data: { organization: aUuid, role: "admin" } }),
      },
      {
        request: (seen) => get(at(seen, "/members"), { limit: "1" }),
        expect: ok({ data: [{ name: "alice", role: "owner" }], has_more: true, next_cursor: aText }),
      },
      {
        request: (seen) => get(at(seen, "/members"), { limit: "1", cursor: cursorOf(seen, 5) }),
        expect: ok({ data: [{ name: "o-guest", role: "admin" }], has_more: false, next_cursor: null }),
      },
      {
        request: (seen) => get(at(seen, "/members"), { cursor: "bm9uZQ" }),
        expect: { ...refused(422, "INVALID_CURSOR"), field: "cursor" },
      },
      {
        as: as.anonymous,
        request: (seen) =>
          acting(
            seen,
            1,
            post("/api/organization-invitations/accept", { invitation: dataOf(seen.replies[2], "token") }),
          ),
        expect: refused(403, "INVALID_INVITATION"),
      },
      {
        as: as.anonymous,
        request: (seen) => acting(seen, 1, get("/api/items/org_papers")),
        expect: ok({ data: [{ title: "of acme" }] }),
      },
      // An admin stands below the owner.
      {
        as: as.anonymous,
        request: (seen) => acting(seen, 1, del(at(seen, `/members/${seen.credentials.userId("alice")}`))),
        expect: refused(403, "FORBIDDEN"),
      },
      {
        as: as.anonymous,
        request: (seen) => acting(seen, 1, patch(at(seen, `/members/${idIn(seen.replies[0])}`), { role: "owner" })),
        expect: { status: 403, code: "FORBIDDEN", field: "role" },
      },
      { request: (seen) => del(at(seen, `/members/${idIn(seen.replies[0])}`)), expect: ok() },
      {
        as: as.anonymous,
        request: (seen) => acting(seen, 1, get("/api/items/org_papers")),
        expect: ok({ data: exactly([]) }),
      },
    ],
  },
  {
    name: "organizations: an address that is not verified does not join",
    as: alice,
    needs: [papers],
    request: (seen) => post(at(seen, "/invitations"), { email: emailOf("bob") }),
    expect: { status: 201, excludes: noSecrets },
    then: [
      {
        as: bob,
        request: (seen) =>
          post("/api/organization-invitations/accept", { invitation: dataOf(seen.replies[0], "token") }),
        expect: refused(403, "EMAIL_NOT_VERIFIED"),
      },
      {
        request: (seen) => get(at(seen, "/invitations")),
        expect: { ...ok({ data: [{ email: emailOf("bob") }] }), excludes: ["token"] },
      },
      { request: (seen) => del(at(seen, `/invitations/${idIn(seen.replies[0])}`)), expect: ok() },
      { request: (seen) => get(at(seen, "/invitations")), expect: ok({ data: exactly([]) }) },
    ],
  },
  {
    name: "organizations: the last owner stays",
    as: alice,
    needs: [papers],
    request: (seen) => del(at(seen, `/members/${seen.credentials.userId("alice")}`)),
    expect: refused(409, "CONFLICT"),
    then: [
      {
        request: (seen) => patch(at(seen, `/members/${seen.credentials.userId("alice")}`), { role: "member" }),
        expect: refused(409, "CONFLICT"),
      },
      {
        request: (seen) => get(at(seen, "/members")),
        expect: ok({ data: [{ name: "alice", role: "owner" }], has_more: false, next_cursor: null }),
      },
    ],
  },
  {
    name: "organizations: teams hold members of theirs",
    as: alice,
    needs: [papers],
    request: (seen) => post(at(seen, "/teams"), { name: "Board" }),
    expect: { status: 201, excludes: noSecrets },
    then: [
      {
        request: (seen) => post(at(seen, "/teams"), { name: "Board" }),
        expect: { status: 409, code: "UNIQUE_VIOLATION", field: "name" },
      },
      {
        request: (seen) =>
          put(at(seen, `/teams/${idIn(seen.replies[0])}/members/${seen.credentials.userId("bob")}`), {}),
        expect: refused(404, "NOT_FOUND"),
      },
      {
        request: (seen) => ({
          ...put(at(seen, `/teams/${idIn(seen.replies[0])}/members/${seen.credentials.userId("alice")}`), {}),
        }),
        expect: ok(),
      },
      {
        request: (seen) => get(at(seen, `/teams/${idIn(seen.replies[0])}/members`)),
        expect: ok({ data: [{ name: "alice" }] }),
      },
      {
        as: as.user("carol"),
        request: (seen) => get(`/api/organizations/${others(seen)}/teams/${idIn(seen.replies[0])}/members`),
        expect: refused(404, "NOT_FOUND"),
      },
      {
        request: (seen) => patch(at(seen, `/teams/${idIn(seen.replies[0])}`), { name: "Council" }),
        expect: ok({ data: { name: "Council" } }),
      },
      { request: (seen) => del(at(seen, `/teams/${idIn(seen.replies[0])}`)), expect: ok() },
      { request: (seen) => get(at(seen, "/teams")), expect: ok({ data: exactly([]) }) },
    ],
  },
  {
    name: "organizations: deleted with what belongs to them, once that is confirmed",
    as: bob,
    needs: [papers],
    given: [
      { as: bob, request: post("/api/organizations", { name: "Short", slug: "short" }), expect: { status: 201 } },
    ],
    request: (seen) => del(`/api/organizations/${idIn(seen.replies[0])}`),
    expect: { ...refused(409, "CONFIRMATION_REQUIRED"), contains: ["confirm=short"] },
    then: [
      {
        request: post("/api/organizations", { name: "x", slug: "short" }),
        expect: { status: 409, code: "UNIQUE_VIOLATION", field: "slug" },
      },
      { request: (seen) => del(`/api/organizations/${idIn(seen.replies[0])}`, { confirm: "short" }), expect: ok() },
      { request: get("/api/organizations"), expect: ok({ data: exactly([]) }) },
    ],
  },
  {
    name: "organizations: enabled once, by administrators",
    as: as.operator,
    needs: [papers],
    request: put("/api/organizations", {}),
    expect: { ...refused(409, "CONFLICT"), field: "slug" },
    then: [
      { as: alice, request: put("/api/organizations", {}), expect: refused(403, "FORBIDDEN") },
      { as: as.otherSecretKey, request: get("/api/items/organizations"), expect: refused(404, "COLLECTION_NOT_FOUND") },
    ],
  },
];
