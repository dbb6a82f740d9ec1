import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { aText } from "../../match.ts";
import {
  type Call,
  created,
  dataOf,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
  withHeaders,
} from "../../scenario.ts";

const own = bucket("signed-files", {}, [
  { action: "create", check: { bucket: { _eq: "signed-files" } } },
  ...["read", "update"].map((action) => ({
    action,
    condition: { bucket: { _eq: "signed-files" }, owner_id: "$user.id" },
  })),
]);
const [alice, bob] = [as.user("alice"), as.user("bob")];
const at = { bucket: "signed-files", path: "letter.txt" };
const sign = (more: JsonObject = {}) => post("/api/files/sign", { ...at, expires_in: 600, ...more });
/** The URL of the nth reply, by whatever name the server is called here. */
function urlOf(
  { replies }: Seen,
  n: number,
  change: (query: Record<string, string>) => object = (query) => query,
): Call {
  const { pathname, searchParams } = new URL(dataOf(replies[n], "url"));
  return get(pathname, change(Object.fromEntries(searchParams)) as Record<string, string>);
}
const has = (text: string, status = 200) => ({ status, contains: [text], excludes: INTERNALS });
const invalid = { ...refused(403, "FORBIDDEN"), body: { error: { details: { reason: "signature" } } } };

export const scenarios: Scenario[] = [
  {
    name: "files: a signed URL lends the right to read, ends when it is revoked, and cannot be changed",
    skip: onHostsWithFiles,
    as: alice,
    needs: [own],
    request: upload(`${at.bucket}/${at.path}`, "dear Bob"),
    expect: created(),
    then: [
      { request: sign({ disposition: "attachment" }), expect: ok({ data: { url: aText, expires_at: aText } }) },
      { as: as.anonymous, request: (seen) => urlOf(seen, 1), expect: has("dear Bob") },
      {
        as: as.anonymous,
        request: (seen) => withHeaders(urlOf(seen, 1), { range: "bytes=5-" }),
        expect: { ...has("Bob", 206), headers: { "content-disposition": 'attachment; filename="letter.txt"' } },
      },
      {
        as: as.anonymous,
        request: (seen) => urlOf(seen, 1, ({ disposition: _, ...query }) => query),
        expect: invalid,
      },
      {
        as: as.anonymous,
        request: (seen) => ({ ...urlOf(seen, 1), path: file("signed-files/other.txt") }),
        expect: invalid,
      },
      {
        as: as.anonymous,
        request: (seen) => urlOf(seen, 1, (query) => ({ ...query, expires: "1700000000" })),
        expect: { ...refused(403, "FORBIDDEN"), body: { error: { details: { reason: "expired" } } } },
      },
      { as: as.anonymous, request: sign(), expect: refused(401, "UNAUTHORIZED") },
      { as: bob, request: sign(), expect: refused(404, "NOT_FOUND") },
      { as: as.otherSecretKey, request: sign(), expect: refused(404, "NOT_FOUND") },
      { request: sign({ expires_in: 700_000 }), expect: refused(422, "VALIDATION", "expires_in") },
      { request: post("/api/files/revoke", at), expect: refused(403, "FORBIDDEN") },
      { as: as.anonymous, request: post("/api/files/revoke", at), expect: refused(401, "UNAUTHORIZED") },
      { as: as.secretKey, request: post("/api/files/revoke", at), expect: ok({ data: at }) },
      { as: as.anonymous, request: (seen) => urlOf(seen, 1), expect: invalid },
      { request: sign(), expect: ok() },
      { as: as.anonymous, request: (seen) => urlOf(seen, 15), expect: has("dear Bob") },
      { request: upload(`${at.bucket}/${at.path}`, "replaced"), expect: ok() },
      { as: as.anonymous, request: (seen) => urlOf(seen, 15), expect: invalid },
      { as: as.anonymous, request: get(file(`${at.bucket}/${at.path}`)), expect: refused(401, "UNAUTHORIZED") },
    ],
  },
  {
    name: "files: a bucket says whether readers are sent to the store",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("sent-away", { redirect: true, public: true })],
    request: upload("sent-away/a.txt", "a"),
    expect: created(),
    then: [
      // A program that sends its key is answered here: it would send the key to the store too.
      { request: get(file("sent-away/a.txt")), expect: has("a") },
      { request: patch("/api/buckets/sent-away", { redirect: false }), expect: ok({ data: { redirect: false } }) },
    ],
  },
];
