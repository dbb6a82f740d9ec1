import { as, type Who } from "../../as.ts";
import { ARTICLES, articles } from "../../fixtures/articles.ts";
import { aUuid } from "../../match.ts";
import { del, get, INTERNALS, ok, patch, refused, type Scenario, type Seen, type Step } from "../../scenario.ts";

const path = `/api/items/articles/${ARTICLES.alices}`;
const idOf = ({ replies }: Seen, n: number): string => replies[n]!.headers.get("x-request-id") ?? "";
const about = (n: number) => (seen: Seen) => get("/api/refusals", { request_id: idOf(seen, n) });

const refuses = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN"): Step => ({
  as: who,
  request: about(0),
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "refused requests: an administrator finds one by its id, with the part of the condition that failed",
    as: as.user("bob"),
    needs: [articles],
    request: patch(path, { title: "x" }),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [
      { request: del(path), expect: refused(403, "FORBIDDEN") },
      {
        as: as.secretKey,
        request: about(0),
        expect: {
          ...ok({
            data: [
              {
                request_id: aUuid,
                code: "ITEM_NOT_FOUND",
                principal: { kind: "user" },
                collection: "articles",
                action: "update",
                explanation: {
                  decision: "deny",
                  matched_rules: [{ failed: [{ condition: { owner_id: "$user.id" } }] }],
                },
              },
            ],
          }),
          excludes: ["body-of", ...INTERNALS],
        },
      },
      {
        as: as.secretKey,
        request: about(1),
        expect: ok({ data: [{ action: "delete", explanation: { decision: "deny", matched_rules: [] } }] }),
      },
      { as: as.otherSecretKey, request: about(0), expect: ok({ data: [] }) },
      refuses(as.anonymous, 401, "UNAUTHORIZED"),
      refuses(as.publicKey, 403, "FORBIDDEN"),
      refuses(as.user("bob"), 403, "FORBIDDEN"),
    ],
  },
];
