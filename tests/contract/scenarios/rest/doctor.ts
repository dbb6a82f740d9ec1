import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { created, dataOf, del, get, INTERNALS, post, refused, type Scenario, type Step } from "../../scenario.ts";

const diagnosis = get("/api/doctor");

const refusedTo = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN" | "INVALID_TOKEN"): Step => ({
  as: who,
  request: diagnosis,
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "findings: a rule that lets strangers delete, for administrators, until it is gone",
    as: as.secretKey,
    needs: [collection({ slug: "guestbook", fields: [{ name: "text", type: "text" }] })],
    given: [
      {
        request: post("/api/permissions", { role: "public", collection: "guestbook", action: "delete" }),
        expect: created(),
      },
    ],
    request: diagnosis,
    expect: {
      status: 200,
      contains: ['"check":"public-writes"', "guestbook", '"severity":"error"'],
      excludes: ['"database-clock"', "could not be made", "sk_live_", ...INTERNALS],
    },
    then: [
      {
        request: ({ replies }) => del(`/api/permissions/${dataOf(replies[0], "id")}`),
        expect: { status: 200, excludes: [] },
      },
      { request: diagnosis, expect: { status: 200, excludes: ["guestbook"] } },
      { as: as.operator, request: diagnosis, expect: { status: 200, contains: ['"version"', '"now"'] } },
      { as: as.otherSecretKey, request: diagnosis, expect: { status: 200, excludes: ["guestbook"] } },
      refusedTo(as.anonymous, 401, "UNAUTHORIZED"),
      refusedTo(as.signedOut, 401, "INVALID_TOKEN"),
      refusedTo(as.publicKey, 403, "FORBIDDEN"),
      refusedTo(as.user("alice"), 403, "FORBIDDEN"),
    ],
  },
];
