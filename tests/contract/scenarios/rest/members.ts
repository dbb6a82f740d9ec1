import { as, type Who } from "../../as.ts";
import { by, films, inside, invites, joins, made, member, noSecrets } from "../../fixtures/members.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { absent, aUuid, exactly, including } from "../../match.ts";
import { type Call, dataOf, get, ok, post, refused, type Scenario } from "../../scenario.ts";

const template = (texts?: { subject: string; text: string }): Call => ({
  method: texts ? "PUT" : "DELETE",
  path: "/api/mail/templates/reset_password/en",
  ...(texts && { body: texts }),
});

/** What each role may do: a request, and the roles for which it is not refused. */
const rights: readonly [Call, readonly string[]][] = [
  [get("/api/collections"), ["admin", "developer", "editor", "viewer"]],
  [post("/api/collections", { slug: "plays", fields: [] }), ["admin", "developer"]],
  [get("/api/items/films"), ["admin", "developer", "editor", "viewer"]],
  [post("/api/items/films", { title: "M" }), ["admin", "developer", "editor"]],
  [get("/api/users"), ["admin", "developer", "editor", "viewer"]],
  [post("/api/users", { email: "kim@example.com", name: "Kim" }), ["admin"]],
  [get("/api/keys"), ["admin", "developer", "editor", "viewer"]],
  [post("/api/keys", { name: "site", kind: "publishable" }), ["admin"]],
  [post("/api/permissions", { role: "public", collection: "films", action: "read" }), ["admin", "developer"]],
  [get("/api/members"), ["admin", "developer", "editor", "viewer"]],
  [get("/api/member-invitations"), ["admin"]],
  [post("/api/member-invitations", { email: "lee@example.com", role: "viewer" }), ["admin"]],
  [post("/api/member-invitations", { email: "max@example.com", role: "owner" }), []],
  [get("/api/security-log"), ["admin"]],
  [get("/api/mail/templates"), ["admin", "developer", "editor", "viewer"]],
  [template({ subject: "New password", text: "Open {{url}}" }), ["admin"]],
  [template(), ["admin"]],
  [get("/api/operators"), []],
  [post("/api/workspaces", { slug: "mine", name: "Mine" }), []],
];

const others: Who[] = [as.user("alice"), as.secretKey, as.publicKey, as.otherSecretKey];

export const scenarios: Scenario[] = [
  ...["admin", "developer", "editor", "viewer"].map((role): Scenario => {
    const slug = `members-${role}`;
    return {
      name: `members: what the role ${role} may do, and nothing elsewhere`,
      as: as.operator,
      given: [
        made(slug),
        { request: inside(slug, post("/api/collections", films)), expect: { status: 201, excludes: [] } },
        invites(slug, `${role}-one`, role),
        joins(`${role}-one`, 2),
      ],
      request: inside(slug, get("/api/members")),
      expect: { ...ok({ data: including({ email: emailOf(`${role}-one`), role }) }), excludes: noSecrets },
      then: [
        by(3, inside(slug, get("/api/me")), ok({ data: { operator: false, member_role: role } })),
        by(3, get("/api/operator/me"), ok({ data: { operator: false, member_role: absent, admin: false } })),
        by(3, get("/api/workspaces"), ok({ data: [{ slug }] })),
        ...rights.map(([call, roles]) =>
          by(
            3,
            inside(slug, call),
            roles.includes(role) ? { status: [200, 201], excludes: [] } : refused(403, "FORBIDDEN"),
          ),
        ),
        by(3, { method: "PATCH", path: `/api/workspaces/${slug}`, body: { name: "X" } }, refused(403, "FORBIDDEN")),
        by(3, post(`/api/workspaces/${slug}/archive`, {}), refused(403, "FORBIDDEN")),
        by(3, inside("other", get("/api/collections")), refused(403, "WORKSPACE_MISMATCH")),
        by(3, get("/api/t/other/me"), refused(403, "WORKSPACE_MISMATCH")),
        by(3, get("/api/workspaces/other"), refused(404, "NOT_FOUND")),
        // The default workspace is no exception.
        by(3, get("/api/collections"), refused(403, "FORBIDDEN")),
        by(3, get("/api/users"), refused(403, "FORBIDDEN")),
        ...[get("/api/members"), get("/api/security-log"), template()].map((call) =>
          by(3, call, refused(404, "NOT_FOUND")),
        ),
        by(3, inside("other", get("/api/security-log")), refused(403, "WORKSPACE_MISMATCH")),
      ],
    };
  }),
  {
    name: "members: the last owner stays, roles change, and who is removed has no rights at once",
    as: as.operator,
    given: [
      made("members-owner"),
      invites("members-owner", "olga", "owner"),
      joins("olga", 1),
      invites("members-owner", "otto", "owner"),
      joins("otto", 3),
    ],
    request: inside("members-owner", get("/api/members")),
    expect: ok({
      data: including({ email: emailOf("olga"), role: "owner" }, { email: emailOf("otto"), role: "owner" }),
    }),
    then: [
      by(2, inside("members-owner", template({ subject: "New", text: "Open {{url}}" })), ok()),
      by(
        2,
        inside("members-owner", get("/api/security-log", { type: "mail_template_change" })),
        ok({ data: [{ type: "mail_template_change", workspace: aUuid }], has_more: false }),
      ),
      by(2, get("/api/operators/security-log"), refused(403, "FORBIDDEN")),
      by(2, member("members-owner", 4, { role: "chief" }), refused(422, "VALIDATION", "role")),
      by(
        2,
        member("members-owner", 4, { role: "viewer" }),
        ok({ data: { role: "viewer", keys: exactly([]), keys_revoked: false } }),
      ),
      by(4, inside("members-owner", post("/api/roles", { name: "editor" })), refused(403, "FORBIDDEN")),
      by(4, member("members-owner", 2, { role: "viewer" }), refused(403, "FORBIDDEN")),
      by(4, member("members-owner", 2), refused(403, "FORBIDDEN")),
      by(2, member("members-owner", 2, { role: "admin" }), refused(409, "CONFLICT", "id")),
      by(2, member("members-owner", 2), refused(409, "CONFLICT", "id")),
      by(
        2,
        { method: "PATCH", path: "/api/workspaces/members-owner", body: { name: "Owned" } },
        ok({ data: { name: "Owned" } }),
      ),
      // Everybody may leave.
      by(
        4,
        inside("members-owner", get("/api/keys", { created_by: "somebody" })),
        refused(422, "VALIDATION", "created_by"),
      ),
      by(4, inside("members-owner", get("/api/keys", { created_by: "user:nobody" })), ok({ data: exactly([]) })),
      by(4, member("members-owner", 4), ok({ data: { keys: exactly([]), keys_revoked: false } })),
      by(4, inside("members-owner", get("/api/collections")), refused(403, "WORKSPACE_MISMATCH")),
      by(2, member("members-owner", 4), refused(404, "NOT_FOUND")),
      { request: inside("members-owner", get("/api/members")), expect: ok({ data: [{ role: "owner" }] }) },
    ],
  },
  {
    name: "members: an operator is made one without rights of its own, and the last owner of the server stays",
    as: as.operator,
    given: [
      {
        request: post("/api/operators", {
          email: emailOf("vera"),
          name: "Vera",
          password: PASSWORD,
          role: "member",
          email_verified: true,
        }),
        expect: { status: 201, body: { data: { role: "member" } }, excludes: noSecrets },
      },
      {
        as: as.anonymous,
        request: post("/api/operator/auth/sign-in/email", { email: emailOf("vera"), password: PASSWORD }),
        expect: { status: 200, excludes: [PASSWORD] },
      },
    ],
    request: get("/api/operators"),
    expect: ok({ data: including({ email: emailOf("vera"), role: "member" }, { role: "owner" }) }),
    then: [
      by(1, get("/api/workspaces"), ok({ data: [] })),
      by(1, get("/api/operators"), refused(403, "FORBIDDEN")),
      by(1, get("/api/collections"), refused(403, "FORBIDDEN")),
      {
        request: (seen) => ({
          method: "PATCH",
          path: `/api/operators/${seen.credentials.userId("operator")}`,
          body: { role: "member" },
        }),
        expect: refused(409, "CONFLICT", "id"),
      },
      {
        request: (seen) => ({
          method: "PATCH",
          path: `/api/operators/${dataOf(seen.replies[0], "id")}`,
          body: { role: "owner" },
        }),
        expect: ok({ data: { role: "owner" } }),
      },
      by(1, get("/api/operators"), ok()),
      {
        request: (seen) => ({ method: "DELETE", path: `/api/operators/${dataOf(seen.replies[0], "id")}` }),
        expect: ok(),
      },
    ],
  },
  ...others.map(
    (who): Scenario => ({
      name: `members: neither listed nor invited by ${who.name}`,
      as: who,
      request: get("/api/members"),
      expect: refused(403, "FORBIDDEN"),
      then: [
        {
          request: post("/api/member-invitations", { email: emailOf("eve"), role: "viewer" }),
          expect: refused(403, "FORBIDDEN"),
        },
        { request: get("/api/member-invitations"), expect: refused(403, "FORBIDDEN") },
      ],
    }),
  ),
];
