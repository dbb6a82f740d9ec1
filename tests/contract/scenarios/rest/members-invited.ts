import { as } from "../../as.ts";
import { accepts, by, films, inside, invite, invites, joins, made, noSecrets, signUp } from "../../fixtures/members.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { including, matching } from "../../match.ts";
import { dataOf, get, ok, post, refused, type Scenario } from "../../scenario.ts";

export const scenarios: Scenario[] = [
  {
    name: "members: the mail of an invitation names the workspace and the role",
    as: as.operator,
    given: [
      made("members-mailed"),
      {
        request: inside(
          "members-mailed",
          post("/api/member-invitations", { email: emailOf("ilka"), role: "developer", send_mail: true }),
        ),
        expect: { status: 201, excludes: noSecrets },
      },
    ],
    request: inside("members-mailed", get("/api/mail/outbox", { to: emailOf("ilka") })),
    expect: ok({ data: [{ template: "member_invitation" }] }),
    then: [
      {
        request: ({ replies }) =>
          inside(
            "members-mailed",
            get(`/api/mail/outbox/${(replies[2]!.json as { data: { id: string }[] }).data[0]!.id}`),
          ),
        expect: ok({ data: { content: { subject: matching(/Acme/), text: matching(/ Acme .* as developer/) } } }),
      },
    ],
  },
  {
    name: "members: an invitation counts once, for its address, until it is revoked",
    as: as.operator,
    given: [made("members-invited"), invites("members-invited", "iris", "viewer")],
    request: inside("members-invited", get("/api/member-invitations")),
    expect: {
      ...ok({ data: [{ email: emailOf("iris"), role: "viewer", state: "open" }] }),
      excludes: ['"token'],
    },
    then: [
      {
        as: as.anonymous,
        request: signUp("iris", "made up"),
        expect: refused(403, "INVALID_INVITATION", "invitation"),
      },
      {
        as: as.anonymous,
        request: (seen) => signUp("eve", dataOf(seen.replies[1], "token")),
        expect: refused(403, "INVALID_INVITATION", "email"),
      },
      // Nor does it make a workspace's user of anybody, or of a user a member.
      {
        as: as.anonymous,
        request: (seen) =>
          post("/api/auth/sign-up/email", {
            name: "iris",
            email: emailOf("iris"),
            password: PASSWORD,
            invitation: dataOf(seen.replies[1], "token"),
          }),
        expect: refused(403, "INVALID_INVITATION", "invitation"),
      },
      {
        as: as.user("alice"),
        request: (seen) => post("/api/invitations/accept", { invitation: dataOf(seen.replies[1], "token") }),
        expect: refused(403, "INVALID_INVITATION", "invitation"),
      },
      joins("iris", 1),
      {
        as: as.anonymous,
        request: (seen) => signUp("iris", dataOf(seen.replies[1], "token")),
        expect: refused(403, "INVALID_INVITATION", "invitation"),
      },
      { request: invite("members-invited", "iris", "viewer"), expect: refused(409, "CONFLICT", "email") },
      { request: invite("members-invited", "ida", "chief"), expect: refused(422, "VALIDATION", "role") },
      invites("members-invited", "ida", "viewer"),
      {
        request: (seen) =>
          inside("members-invited", {
            method: "DELETE",
            path: `/api/member-invitations/${dataOf(seen.replies.at(-1), "id")}`,
          }),
        expect: ok(),
      },
      {
        as: as.anonymous,
        request: (seen) => signUp("ida", dataOf(seen.replies.at(-2), "token")),
        expect: refused(403, "INVALID_INVITATION", "invitation"),
      },
      {
        request: inside("members-invited", get("/api/security-log", { limit: 20 })),
        expect: ok({
          data: including(
            { type: "invitation_create", detail: { member: "viewer" } },
            { type: "invitation_accept" },
            { type: "invitation_revoke" },
          ),
        }),
      },
    ],
  },
  {
    name: "members: an operator who has an account accepts with it once the address is confirmed, in a second workspace too",
    as: as.operator,
    given: [
      made("members-first"),
      made("members-second"),
      {
        request: post("/api/operators", {
          email: emailOf("uma"),
          name: "Uma",
          password: PASSWORD,
          role: "member",
          email_verified: true,
        }),
        expect: { status: 201, body: { data: { email_verified: true } }, excludes: noSecrets },
      },
      {
        as: as.anonymous,
        request: post("/api/operator/auth/sign-in/email", { email: emailOf("uma"), password: PASSWORD }),
        expect: { status: 200, excludes: [PASSWORD] },
      },
      invites("members-first", "uma", "viewer"),
      invites("members-second", "uma", "developer"),
      invites("members-first", "una", "viewer"),
      joins("una", 6),
      invites("members-second", "una", "developer"),
    ],
    request: get("/api/workspaces/members-second"),
    expect: ok(),
    then: [
      by(3, get("/api/workspaces/members-second"), refused(404, "NOT_FOUND")),
      by(3, accepts(4), ok()),
      by(3, accepts(5), ok()),
      by(3, get("/api/workspaces"), ok({ data: [{ slug: "members-first" }, { slug: "members-second" }] })),
      by(3, inside("members-second", post("/api/collections", films)), { status: 201, excludes: [] }),
      by(3, inside("members-first", post("/api/collections", films)), refused(403, "FORBIDDEN")),
      // Whoever invited this address into the first workspace could have made the account.
      by(7, accepts(8), refused(403, "EMAIL_NOT_VERIFIED", "email")),
      by(7, get("/api/workspaces"), ok({ data: [{ slug: "members-first" }] })),
    ],
  },
];
