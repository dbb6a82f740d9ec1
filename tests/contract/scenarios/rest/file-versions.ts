import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { created, dataOf, del, get, INTERNALS, ok, post, refused, type Scenario, type Seen } from "../../scenario.ts";

const drafts = bucket("draft-files", { versions: true, max_versions: 2 }, [
  { action: "create", check: { bucket: { _eq: "draft-files" } } },
  ...["read", "update"].map((action) => ({
    action,
    condition: { bucket: { _eq: "draft-files" }, owner_id: "$user.id" },
  })),
]);
const [alice, bob] = [as.user("alice"), as.user("bob")];
const plan = "draft-files/plan.txt";
const versions = "/api/file-versions/draft-files/plan.txt";
const has = (text: string) => ({ status: 200, contains: [text], excludes: INTERNALS });
const nothing = refused(404, "NOT_FOUND");
/** The content that the file had after the nth request. */
const contentOf = (n: number, { replies }: Seen): string => String(dataOf(replies[n], "content"));
const restored = (n: number) => (seen: Seen) =>
  post("/api/files/restore", { bucket: "draft-files", path: "plan.txt", version: contentOf(n, seen) });
const listed = (...sizes: [number, boolean][]) =>
  ok({ data: sizes.map(([size, current]): JsonObject => ({ size, current })) });

export const scenarios: Scenario[] = [
  {
    name: "file versions: replaced bytes are kept, read and given back by whoever may do that with the file",
    skip: onHostsWithFiles,
    as: alice,
    needs: [drafts],
    request: upload(plan, "1"),
    expect: created(),
    then: [
      { request: upload(plan, "22"), expect: ok() },
      { request: upload(plan, "333"), expect: ok() },
      { request: get(versions), expect: listed([3, true], [2, false], [1, false]) },
      { request: get(versions, { limit: "1" }), expect: ok({ data: [{ size: 3 }], has_more: true }) },
      { request: (seen) => get(file(plan), { version: contentOf(0, seen) }), expect: has("1") },
      { as: bob, request: get(versions), expect: nothing },
      { as: bob, request: (seen) => get(file(plan), { version: contentOf(0, seen) }), expect: nothing },
      { as: bob, request: restored(0), expect: nothing },
      { as: as.anonymous, request: get(versions), expect: refused(401, "UNAUTHORIZED") },
      { request: restored(0), expect: ok({ data: { path: "plan.txt" } }) },
      { request: get(file(plan)), expect: has("1") },
      { request: get(versions), expect: ok({ data: [{ size: 3 }, { size: 2 }, { size: 1, current: true }] }) },
      // Of two versions, the oldest one makes room.
      { request: upload(plan, "4444"), expect: ok() },
      { request: get(versions), expect: listed([4, true], [3, false], [1, false]) },
      { request: restored(1), expect: nothing },
      { request: (seen) => del(file(plan), { version: contentOf(2, seen) }), expect: refused(403, "FORBIDDEN") },
      {
        as: as.secretKey,
        request: (seen) => del(file(plan), { version: contentOf(13, seen) }),
        expect: refused(409, "CONFLICT"),
      },
      {
        as: as.secretKey,
        request: (seen) => ({
          ...del(file(plan), { version: contentOf(2, seen) }),
          headers: { "idempotency-key": "one" },
        }),
        expect: ok({ data: { deleted: 1 } }),
      },
      { request: get(versions), expect: listed([4, true], [1, false]) },
      { request: (seen) => get(file(plan), { version: contentOf(2, seen) }), expect: nothing },
    ],
  },
];
