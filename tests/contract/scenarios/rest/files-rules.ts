import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { created, dataOf, del, get, INTERNALS, ok, patch, post, refused, type Scenario } from "../../scenario.ts";

const isOwn = { bucket: { _eq: "own-files" }, owner_id: "$user.id" };
const own = bucket("own-files", {}, [
  { action: "create", check: { bucket: { _eq: "own-files" }, folder: { _eq: "home" } } },
  ...["read", "update", "delete"].map((action) => ({ action, condition: isOwn })),
]);
const [alice, bob] = [as.user("alice"), as.user("bob")];
const has = (text: string) => ({ status: 200, contains: [text], excludes: INTERNALS });
const nothing = refused(404, "NOT_FOUND");

export const scenarios: Scenario[] = [
  {
    name: "files: the bytes of a private file are unreachable for who may not read its item",
    skip: onHostsWithFiles,
    as: alice,
    needs: [own],
    request: upload("own-files/home/diary.txt", "dear diary"),
    expect: created({ data: { path: "home/diary.txt" } }),
    then: [
      { request: get(file("own-files/home/diary.txt")), expect: has("dear diary") },
      { as: bob, request: get(file("own-files/home/diary.txt")), expect: nothing },
      { as: bob, request: get(file("own-files/home/none.txt")), expect: nothing },
      {
        as: bob,
        request: ({ replies }) => ({
          ...get(file("own-files/home/diary.txt")),
          headers: { "if-none-match": `"${dataOf(replies[0], "content")}"` },
        }),
        expect: nothing,
      },
      { as: bob, request: del(file("own-files/home/diary.txt")), expect: nothing },
      { as: bob, request: del(file("own-files/home"), { tree: "true" }), expect: ok({ data: { deleted: 0 } }) },
      {
        as: bob,
        request: post("/api/files/move", { bucket: "own-files", from: "home/diary.txt", to: "home/mine.txt" }),
        expect: nothing,
      },
      { as: bob, request: upload("own-files/home/diary.txt", "mine now"), expect: refused(403, "FORBIDDEN") },
      { as: bob, request: upload("own-files/elsewhere/x.txt", "x"), expect: refused(403, "FORBIDDEN") },
      { as: bob, request: get("/api/folders/own-files"), expect: ok({ data: [] }) },
      { as: bob, request: get("/api/folders/no-such-bucket"), expect: ok({ data: [] }) },
      { as: bob, request: get("/api/folders/own-files/zip"), expect: nothing },
      {
        request: get("/api/folders/own-files/zip", { prefix: "home" }),
        expect: {
          ...has("dear diary"),
          headers: { "content-type": "application/zip", "content-disposition": 'attachment; filename="home.zip"' },
        },
      },
      {
        as: bob,
        request: ({ replies }) => get(`/api/items/file_contents/${dataOf(replies[0], "content")}`),
        expect: refused(403, "FORBIDDEN"),
      },
      { as: as.anonymous, request: get(file("own-files/home/diary.txt")), expect: refused(401, "UNAUTHORIZED") },
      { as: as.anonymous, request: get(file("no-such-bucket/x")), expect: refused(401, "UNAUTHORIZED") },
      {
        request: post("/api/files/move", { bucket: "own-files", from: "home/diary.txt", to: "elsewhere/d.txt" }),
        expect: ok({ data: { moved: 1 } }),
      },
      { request: get(file("own-files/elsewhere/d.txt")), expect: has("dear diary") },
    ],
  },
  {
    name: "files: what is in quarantine is for administrators alone",
    skip: onHostsWithFiles,
    as: alice,
    needs: [own],
    request: upload("own-files/home/q.txt", "dangerous"),
    expect: created(),
    then: [
      {
        request: ({ replies }) => patch(`/api/items/files/${dataOf(replies[0], "id")}`, { state: "quarantined" }),
        expect: refused(403, "FIELD_FORBIDDEN", "state"),
      },
      {
        as: as.secretKey,
        request: ({ replies }) => patch(`/api/items/files/${dataOf(replies[0], "id")}`, { state: "quarantined" }),
        expect: ok({ data: { state: "quarantined" } }),
      },
      { request: get(file("own-files/home/q.txt")), expect: nothing },
      { as: as.secretKey, request: get(file("own-files/home/q.txt")), expect: has("dangerous") },
      {
        request: ({ replies }) => patch(`/api/items/files/${dataOf(replies[0], "id")}`, { metadata: { note: "why?" } }),
        expect: ok({ data: { metadata: { note: "why?" } } }),
      },
      {
        request: ({ replies }) => patch(`/api/items/files/${dataOf(replies[0], "id")}`, { path: "x" }),
        expect: refused(403, "FIELD_FORBIDDEN", "path"),
      },
    ],
  },
  {
    name: "files: a folder moves whole, a deletion is undone with its bytes",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [bucket("moved")],
    request: upload("moved/a/1.txt", "one"),
    expect: created(),
    then: [
      { request: upload("moved/a/b/2.txt", "two"), expect: created() },
      { request: upload("moved/ab/3.txt", "three"), expect: created() },
      { request: upload("moved/taken/1.txt", "taken"), expect: created() },
      {
        request: post("/api/files/move", { bucket: "moved", from: "a", to: "taken", tree: true }),
        expect: refused(409, "CONFLICT", "to"),
      },
      { request: get(file("moved/a/b/2.txt")), expect: has("two") },
      {
        request: post("/api/files/move", { bucket: "moved", from: "a", to: "x/y", tree: true }),
        expect: ok({ data: { moved: 2 } }),
      },
      { request: get(file("moved/x/y/b/2.txt")), expect: has("two") },
      { request: get(file("moved/a/b/2.txt")), expect: nothing },
      { request: get(file("moved/ab/3.txt")), expect: has("three") },
      {
        request: post("/api/files/move", { bucket: "moved", from: "x", to: "x/z", tree: true }),
        expect: refused(422, "VALIDATION", "to"),
      },
      { request: del(file("moved/x"), { tree: "true" }), expect: ok({ data: { deleted: 2 } }) },
      { request: get(file("moved/x/y/1.txt")), expect: nothing },
      {
        request: ({ replies }) =>
          post("/api/changes/undo", { request_id: replies.at(-2)!.headers.get("x-request-id") }),
        expect: ok({ data: { restored: 2 } }),
      },
      { request: get(file("moved/x/y/1.txt")), expect: has("one") },
      { request: upload("moved/x/y/1.txt", "another"), expect: ok() },
      {
        request: ({ replies }) =>
          post("/api/changes/undo", { request_id: replies.at(-1)!.headers.get("x-request-id") }),
        expect: ok({ data: { changed: 1 } }),
      },
      { request: get(file("moved/x/y/1.txt")), expect: has("one") },
    ],
  },
];
