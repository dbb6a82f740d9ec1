import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { emailOf, PASSWORD, signIn } from "../../fixtures/people.ts";
import { bearerOf, joins, me, userIn } from "../../fixtures/session.ts";
import { absent, aUuid } from "../../match.ts";
import { get, INTERNALS, ok, post, type Reply, refused, type Scenario, type Step, uuid } from "../../scenario.ts";

const noSecrets = [PASSWORD, '"password"', ...INTERNALS];
const NOTE = uuid(145, 1);

/** Users read their own notes, without what the workspace remarks on them. */
const notes = collection(
  {
    slug: "own_notes",
    fields: [
      { name: "title", type: "text" },
      { name: "remark", type: "text" },
    ],
  },
  {
    rules: [
      { role: "authenticated", action: "read", condition: { owner_id: "$user.id" }, fields: ["title", "owner_id"] },
    ],
  },
);
/** Nobody but administrators reads these. */
const files = collection({ slug: "own_files", fields: [{ name: "title", type: "text" }] });

/** An administrator writes items that belong to the user who signed up first. */
const owns = (slug: string, row: object): Step => ({
  as: as.secretKey,
  request: (seen) => post(`/api/items/${slug}`, { owner_id: userIn(seen.replies[0]), ...row } as never),
  expect: { status: 201, excludes: [] },
});

const deletes = (seen: { replies: readonly (Reply | undefined)[] }, email: string) => ({
  ...post("/api/me/delete", { email }),
  headers: { "content-type": "application/json", ...bearerOf(seen.replies[0]) },
});

const strangers: readonly [Who, number, "UNAUTHORIZED" | "FORBIDDEN"][] = [
  [as.anonymous, 401, "UNAUTHORIZED"],
  [as.publicKey, 403, "FORBIDDEN"],
  [as.secretKey, 403, "FORBIDDEN"],
];

export const scenarios: Scenario[] = [
  {
    name: "own account: exported with what its rules show, then deleted",
    as: as.anonymous,
    needs: [notes, files],
    given: [
      joins("own-all"),
      owns("own_notes", { id: NOTE, title: "mine", remark: "written by staff" }),
      owns("own_files", { title: "kept from users" }),
    ],
    request: (seen) => ({ ...get("/api/me/export"), headers: bearerOf(seen.replies[0]) }),
    expect: {
      status: 200,
      body: {
        user: { id: aUuid, email: emailOf("own-all") },
        sign_in: [{ provider: "credential" }],
        sessions: [{ id: aUuid, token: absent }],
        security_log: [{ type: "user_export" }, { type: "sign_up" }],
        items: {
          default: { own_notes: [{ id: NOTE, title: "mine", owner_id: aUuid, remark: absent }], own_files: absent },
        },
      },
      headers: { "content-disposition": /attachment; filename="user-/ },
      excludes: ["staff", "kept from users", "own_files", '"token"', ...noSecrets],
    },
    then: [
      { request: (seen) => deletes(seen, emailOf("bob")), expect: refused(422, "VALIDATION", "email") },
      me(0, "own-all"),
      {
        request: (seen) => deletes(seen, emailOf("own-all").toUpperCase()),
        expect: {
          ...ok({ data: { id: aUuid, complete: true, items: { released: 2, deleted: 0 }, sessions: 1, accounts: 1 } }),
          excludes: noSecrets,
        },
      },
      me(0, null),
      { request: signIn("own-all"), expect: refused(401, "INVALID_CREDENTIALS") },
      {
        as: as.secretKey,
        request: get(`/api/items/own_notes/${NOTE}`),
        expect: ok({ data: { title: "mine", owner_id: null } }),
      },
      {
        as: as.operator,
        request: get("/api/security-log", { type: "user_delete", limit: "1" }),
        expect: ok({ data: [{ outcome: "ok", detail: { complete: true } }] }),
      },
    ],
  },
  ...strangers.map(
    ([who, status, code]): Scenario => ({
      name: `own account: neither exported nor deleted by ${who.name}`,
      as: who,
      request: get("/api/me/export"),
      expect: refused(status, code),
      then: [{ request: post("/api/me/delete", { email: emailOf("alice") }), expect: refused(status, code) }],
    }),
  ),
  {
    name: "own account: an operator does not delete itself",
    as: as.operator,
    request: post("/api/me/delete", { email: emailOf("operator") }),
    expect: refused(403, "FORBIDDEN"),
    then: [{ request: get("/api/me"), expect: { status: 200 } }],
  },
];
