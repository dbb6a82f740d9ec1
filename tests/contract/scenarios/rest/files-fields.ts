import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { absent, aUuid, must } from "../../match.ts";
import {
  type Call,
  created,
  dataOf,
  del,
  get,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
} from "../../scenario.ts";
import { done, undo } from "../../undo-steps.ts";
import type { World } from "../../world.ts";

const BUCKET = "listed-files";
const admin = as.secretKey;
const SLUG = "file_rooms";
const LINKS = "file_rooms_pictures";
const alice = as.user("alice");
const own = { bucket: { _eq: BUCKET }, owner_id: "$user.id" };

const pictures = {
  name: "pictures",
  type: "files",
  bucket: BUCKET,
  content_types: ["text/*"],
  max_bytes: 10,
  max_count: 3,
};
const listed = bucket(BUCKET, {}, [
  { action: "create", check: { bucket: { _eq: BUCKET } } },
  { action: "read", condition: own },
]);
const rooms = collection(
  {
    slug: SLUG,
    fields: [
      { name: "name", type: "text" },
      pictures,
      { name: "papers", type: "files", on_delete: "restrict" },
      { name: "drafts", type: "files", delete_with_item: true },
    ],
  },
  {
    needs: [listed],
    rules: ["read", "create", "update"].map((action) => ({ role: "authenticated", action })),
  },
);
/** The rules of the junction, which is made with the field. */
const links = {
  name: `rules of ${LINKS}`,
  needs: [rooms],
  async make(world: World) {
    for (const collection of [LINKS, "file_rooms_drafts"])
      for (const action of ["read", "create", "update", "delete"])
        await world.must(admin, post("/api/permissions", { role: "authenticated", collection, action }));
  },
};

const at = (name: string): string => `${BUCKET}/${name}`;
const store = (name: string, text = name) => ({ request: upload(at(name), text), expect: created() });
const room = (n: number) => (seen: Seen) => `/api/items/${SLUG}/${dataOf(seen.replies[n], "id")}`;
/** The paths of a room's list, in its order. */
const paths =
  (n: number, name = "pictures") =>
  (seen: Seen): Call =>
    get(room(n)(seen), { expand: { [name]: { fields: "path" } }, fields: "name" });
const are = (...names: string[]) => ok({ data: { pictures: names.map((path) => ({ path })) } });
const change = (n: number, body: JsonObject) => (seen: Seen) => patch(room(n)(seen), body);

/** Of two that take the last place at once, one does; and a list comes from a file by its junction. */
async function lastPlace(_: unknown, world: World): Promise<void> {
  const names = ["p1.txt", "p2.txt", "p3.txt", "p4.txt"];
  for (const name of names) await done(world, upload(at(name), name));
  const made = await done(world, post(`/api/items/${SLUG}`, { name: "full" }));
  const csv = `item,file,position\n${made.data.id},${at("p2.txt")},1\n${made.data.id},${at("p1.txt")},0.5\n`;
  const type = { "content-type": "text/csv" };
  const sent = { ...post(`/api/items/${LINKS}/import`), query: { format: "csv" }, raw: csv, headers: type };
  must((await done(world, sent)).data, { inserted: 2, failed: 0 });
  const link = (name: string) =>
    world.send(admin, patch(`/api/items/${SLUG}/${made.data.id}`, { pictures: { link: [name] } }));
  const both = await Promise.all([link("p3.txt"), link("p4.txt")]);
  const answers = both.map(({ status }) => status).sort();
  if (answers.join() !== "200,422") throw new Error(`of two for one place: ${both.map(({ text }) => text).join("\n")}`);
  const path = both[0]!.status === 200 ? "p3.txt" : "p4.txt";
  const { data } = await done(world, get(`/api/items/${SLUG}/${made.data.id}`, { fields: "pictures.path" }));
  must(data, { pictures: [{ path: "p1.txt" }, { path: "p2.txt" }, { path }] });
}

async function comesBack(_: unknown, world: World): Promise<void> {
  for (const name of ["u1.txt", "u2.txt"]) await done(world, upload(at(name), name));
  const made = await done(world, post(`/api/items/${SLUG}`, { name: "u", pictures: ["u2.txt", "u1.txt"] }));
  const now = async () =>
    (await done(world, get(`/api/items/${SLUG}/${made.data.id}`, { expand: "pictures", fields: "pictures.path" })))
      .data;
  const listOf = (...names: string[]) => ({ pictures: names.map((path) => ({ path })) });
  const turned = await done(world, patch(`/api/items/${SLUG}/${made.data.id}`, { pictures: ["u1.txt"] }));
  must(await now(), listOf("u1.txt"));
  await done(world, undo({ request_id: turned.request }));
  must(await now(), listOf("u2.txt", "u1.txt"));
  const gone = await done(world, del(file(at("u2.txt"))));
  must(await now(), listOf("u1.txt"));
  await done(world, undo({ request_id: gone.request }));
  must(await now(), listOf("u2.txt", "u1.txt"));
}

export const scenarios: Scenario[] = [
  {
    name: "lists of files: named by id or path, in the order that the client gives them",
    skip: onHostsWithFiles,
    as: admin,
    needs: [rooms],
    request: upload(at("a.txt"), "a"),
    expect: created(),
    then: [
      store("b.txt"),
      store("c.txt"),
      store("d.txt"),
      {
        request: (seen) =>
          post(`/api/items/${SLUG}`, { name: "hall", pictures: ["c.txt", dataOf(seen.replies[0], "id"), "b.txt"] }),
        expect: created({ data: { name: "hall", pictures: [{ id: aUuid }, { id: aUuid }, { id: aUuid }] } }),
      },
      { request: paths(4), expect: are("c.txt", "a.txt", "b.txt") },
      // Another order, one less.
      { request: change(4, { pictures: ["b.txt", "c.txt"] }), expect: ok() },
      { request: paths(4), expect: are("b.txt", "c.txt") },
      { request: (seen) => get(room(4)(seen)), expect: ok({ data: { name: "hall", pictures: absent } }) },
      // What is linked by itself comes last; linked again, it stays where it is.
      { request: change(4, { pictures: { link: ["d.txt", "b.txt"] } }), expect: ok() },
      { request: paths(4), expect: are("b.txt", "c.txt", "d.txt") },
      { request: change(4, { pictures: { link: ["a.txt"] } }), expect: refused(422, "VALIDATION") },
      {
        request: change(4, { pictures: ["a.txt", "b.txt", "c.txt", "d.txt"] }),
        expect: { ...refused(422, "VALIDATION"), contains: ["pictures", "at most 3 files"] },
      },
      { request: paths(4), expect: are("b.txt", "c.txt", "d.txt") },
      {
        request: (seen) =>
          get(room(4)(seen), { expand: { pictures: { sort: "-path", limit: 2, fields: "path" } }, fields: "name" }),
        expect: are("d.txt", "c.txt"),
      },
      {
        request: get(`/api/items/${SLUG}`, {
          filter: { pictures: { _some: { path: "d.txt" } }, "count(pictures)": 3 },
          fields: "name",
        }),
        expect: ok({ data: [{ name: "hall" }] }),
      },
      {
        request: (seen) => patch(room(4)(seen), { pictures: { unlink: [dataOf(seen.replies[2], "id")] } }),
        expect: ok(),
      },
      { request: del(file(at("b.txt"))), expect: ok() },
      { request: paths(4), expect: are("d.txt") },
    ],
    verify: lastPlace,
  },
  {
    name: "lists of files: a file that does not fit, is not there or is out of sight is refused, and nothing changes",
    skip: onHostsWithFiles,
    as: admin,
    needs: [links],
    request: upload(at("long.txt"), "eleven byte"),
    expect: created(),
    then: [
      store("fits.txt"),
      { request: post(`/api/items/${SLUG}`, { name: "cellar", pictures: ["fits.txt"] }), expect: created() },
      {
        request: change(2, { name: "no", pictures: ["fits.txt", "long.txt"] }),
        expect: { ...refused(422, "VALIDATION"), contains: ["pictures", "of at most 10 bytes"] },
      },
      { request: change(2, { pictures: ["none.txt"] }), expect: refused(422, "REFERENCE_NOT_FOUND", "pictures.0") },
      { request: change(2, { pictures: ["fits.txt", "fits.txt"] }), expect: refused(422, "VALIDATION", "pictures.1") },
      { request: change(2, { pictures: 1 }), expect: refused(422, "VALIDATION", "pictures") },
      {
        as: alice,
        request: change(2, { pictures: ["fits.txt"] }),
        expect: refused(422, "REFERENCE_NOT_FOUND", "pictures.0"),
      },
      {
        as: alice,
        request: (seen) => change(2, { pictures: { link: [dataOf(seen.replies[0], "id")] } })(seen),
        expect: refused(422, "REFERENCE_NOT_FOUND"),
      },
      // Who may not delete a file hands it to no list that deletes it.
      { as: alice, request: upload(at("of-alice.txt"), "mine"), expect: created() },
      { as: alice, request: change(2, { drafts: [at("of-alice.txt")] }), expect: refused(422, "REFERENCE_NOT_FOUND") },
      { as: alice, request: change(2, { pictures: { link: ["of-alice.txt"] } }), expect: ok() },
      // Nor does a row of the junction itself pass by the limits.
      {
        request: (seen) =>
          post(`/api/items/${LINKS}`, {
            item: dataOf(seen.replies[2], "id"),
            file: dataOf(seen.replies[0], "id"),
            position: 1,
          }),
        expect: { ...refused(422, "VALIDATION", "file"), contains: ["of at most 10 bytes"] },
      },
      {
        request: paths(2),
        expect: ok({ data: { name: "cellar", pictures: [{ path: "fits.txt" }, { path: "of-alice.txt" }] } }),
      },
      // Who may not read a file does not see it in the list.
      { as: alice, request: paths(2), expect: are("of-alice.txt") },
    ],
  },
  {
    name: "lists of files: what becomes of files and items that are deleted, and an undo",
    skip: onHostsWithFiles,
    as: admin,
    needs: [rooms],
    request: upload(at("kept.txt"), "kept"),
    expect: created(),
    then: [
      store("along.txt"),
      store("left.txt"),
      {
        request: post(`/api/items/${SLUG}`, {
          name: "attic",
          papers: [at("kept.txt")],
          drafts: [at("along.txt"), at("left.txt")],
        }),
        expect: created(),
      },
      { request: del(file(at("kept.txt"))), expect: refused(409, "REFERENCE_IN_USE") },
      { request: change(3, { drafts: [at("along.txt")] }), expect: ok() },
      { request: get(file(at("left.txt"))), expect: refused(404, "NOT_FOUND") },
      { request: (seen) => del(room(3)(seen)), expect: ok() },
      { request: get(file(at("along.txt"))), expect: refused(404, "NOT_FOUND") },
      { request: get(file(at("kept.txt"))), expect: { status: 200, contains: ["kept"] } },
    ],
    verify: comesBack,
  },
  {
    name: "lists of files: the field makes its junction, and what it cannot be is refused by name",
    as: admin,
    needs: [rooms],
    request: get(`/api/collections/${LINKS}`),
    expect: ok({
      data: {
        fields: [
          { name: "item", to: SLUG, on_delete: "cascade", required: true },
          { name: "file", type: "file", on_delete: "cascade", required: true },
          { name: "position", type: "number", required: true },
        ],
      },
    }),
    skip: onHostsWithFiles,
    then: [
      {
        request: patch(`/api/collections/${SLUG}`, { fields: [{ ...pictures, max_count: 4 }] }),
        expect: ok({
          data: { fields: [{ name: "name" }, { name: "pictures", through: LINKS, max_count: 4 }, {}, {}] },
        }),
      },
      { request: patch(`/api/collections/${SLUG}`, { fields: [pictures] }), expect: ok() },
      {
        request: patch(`/api/collections/${SLUG}`, { fields: [{ ...pictures, delete_with_item: true }] }),
        expect: refused(422, "VALIDATION", "fields.0.delete_with_item"),
      },
      {
        request: del(`/api/collections/${LINKS}/fields/position`, { confirm: "position" }),
        expect: refused(409, "REFERENCE_IN_USE"),
      },
      ...[
        [{ on_delete: "cascade" }, "on_delete"],
        [{ to: SLUG }, "to"],
        [{ required: true }, "required"],
        [{ through: SLUG }, "via"],
      ].map(([more, key]) => ({
        request: patch(`/api/collections/${SLUG}`, {
          fields: [{ name: "more", type: "files", ...(more as JsonObject) }],
        }),
        expect: refused(422, "VALIDATION", `fields.0.${key}`),
      })),
      {
        request: post("/api/collections", { slug: "file_bad", fields: [{ name: "a", type: "file", max_count: 1 }] }),
        expect: refused(422, "VALIDATION", "fields.0.max_count"),
      },
    ],
  },
];
