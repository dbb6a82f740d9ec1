import { as, type Who } from "../../as.ts";
import { ARTICLES, articles } from "../../fixtures/articles.ts";
import { aUuid, type Expected } from "../../match.ts";
import { get, INTERNALS, ok, refused, type Scenario, type Step } from "../../scenario.ts";

const exposure = (principal: string) => get("/api/exposure", { as: principal, collection: "articles" });
const closed: Expected = { state: "closed", fields: [] };

const refuses = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Step => ({
  as: who,
  request: exposure("anonymous"),
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "exposure: states, conditions, fields, rules and counts, for strangers and for a user",
    as: as.secretKey,
    needs: [articles],
    request: exposure("anonymous"),
    expect: {
      ...ok({
        data: {
          as: "anonymous",
          kind: "anonymous",
          bypass: false,
          collections: [
            {
              slug: "articles",
              actions: {
                read: {
                  state: "conditional",
                  condition: { state: "published" },
                  fields: ["id", "title", "state"],
                  rules: [{ id: aUuid, role: "public", effect: "allow" }],
                },
                create: closed,
                update: closed,
                delete: closed,
              },
              items: { count: 1, more: false },
              try: { path: "/api/items/articles", view_as: "anonymous" },
            },
          ],
          strangers: { sign_up: { mode: "open" } },
        },
      }),
      excludes: ["body-of", "sk_live_", ...INTERNALS],
    },
    then: [
      {
        request: ({ credentials }) => exposure(`user:${credentials.userId("bob")}`),
        expect: ok({
          data: {
            kind: "user",
            collections: [
              {
                actions: { create: { state: "conditional" }, update: { state: "conditional" }, delete: closed },
                items: { count: 2, more: false },
              },
            ],
          },
        }),
      },
      {
        request: exposure("role:admin"),
        expect: ok({ data: { bypass: true, collections: [{ actions: { delete: { state: "open" } } }] } }),
      },
      { request: exposure(`user:${ARTICLES.bobs}`), expect: refused(422, "VALIDATION", "as") },
      {
        as: as.otherSecretKey,
        request: get("/api/exposure"),
        expect: { status: 200, excludes: ["articles", ...INTERNALS] },
      },
      refuses(as.anonymous, 401, "UNAUTHORIZED"),
      refuses(as.publicKey, 403, "FORBIDDEN"),
      refuses(as.user("alice"), 403, "FORBIDDEN"),
    ],
  },
];
