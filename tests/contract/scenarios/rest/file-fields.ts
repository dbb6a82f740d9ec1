import { as } from "../../as.ts";
import { collection, relation } from "../../fixtures/collection.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { aUuid, must } from "../../match.ts";
import { created, dataOf, del, get, ok, post, put, refused, type Scenario } from "../../scenario.ts";
import { done, undo } from "../../undo-steps.ts";

const admin = as.secretKey;
const pictures = bucket("card-pictures");
const photo = { name: "photo", type: "file", bucket: "card-pictures", content_types: ["text/*"], max_bytes: 10 };
const cards = collection(
  { slug: "file_cards", fields: [{ name: "name", type: "text" }, photo, { name: "any", type: "file" }] },
  { needs: [pictures], rules: [{ role: "authenticated", action: "create" }] },
);
const albums = collection({ slug: "file_albums", fields: [{ name: "name", type: "text" }] }, { needs: [pictures] });
const shots = collection(
  {
    slug: "file_shots",
    fields: [
      relation("album", "file_albums", { on_delete: "cascade" }),
      { name: "photo", type: "file", bucket: "card-pictures", delete_with_item: true },
    ],
  },
  { needs: [albums] },
);

const path = (name: string): string => `card-pictures/${name}`;

export const scenarios: Scenario[] = [
  {
    name: "file fields: named by id or by path, expanded and filtered by, and empty when the file is deleted",
    skip: onHostsWithFiles,
    as: admin,
    needs: [cards],
    request: upload(path("team/ann.txt"), "ann"),
    expect: created(),
    then: [
      {
        request: post("/api/items/file_cards", { name: "Ann", photo: "team/ann.txt", any: path("team/ann.txt") }),
        expect: created({ data: { photo: aUuid, any: aUuid } }),
      },
      {
        request: ({ replies }) => post("/api/items/file_cards", { name: "by id", photo: dataOf(replies[0], "id") }),
        expect: created({ data: { photo: aUuid } }),
      },
      {
        request: get("/api/items/file_cards", {
          filter: { name: "Ann", photo: { path: "team/ann.txt" } },
          expand: "photo",
          fields: "name,photo.name",
        }),
        expect: ok({ data: [{ name: "Ann", photo: { name: "ann.txt" } }] }),
      },
      { request: upload(path("long.txt"), "eleven byte"), expect: created() },
      {
        request: post("/api/items/file_cards", { photo: "long.txt" }),
        expect: { ...refused(422, "VALIDATION", "photo"), contains: ["of at most 10 bytes", "card-pictures"] },
      },
      {
        request: ({ replies }) =>
          put(`/api/items/file_cards/${dataOf(replies[1], "id")}`, { photo: "team/ann.txt", any: path("long.txt") }),
        expect: ok({ data: { photo: aUuid, any: aUuid, name: null } }),
      },
      {
        request: post("/api/items/file_cards", { photo: "none.txt" }),
        expect: refused(422, "REFERENCE_NOT_FOUND", "photo"),
      },
      // A name without a bucket names no file where the field has none.
      { request: post("/api/items/file_cards", { any: "ann.txt" }), expect: refused(422, "VALIDATION", "any") },
      // Nobody refers to a file that they may not read.
      {
        as: as.user("alice"),
        request: ({ replies }) => post("/api/items/file_cards", { photo: dataOf(replies[0], "id") }),
        expect: refused(422, "REFERENCE_NOT_FOUND", "photo"),
      },
      { request: del(file(path("team/ann.txt"))), expect: ok() },
      {
        request: get("/api/items/file_cards", { filter: { name: "by id" } }),
        expect: ok({ data: [{ name: "by id", photo: null }] }),
      },
    ],
  },
  {
    name: "file fields: a file that belongs to its item is deleted with it, by a cascade too, and an undo brings both back",
    skip: onHostsWithFiles,
    as: admin,
    needs: [shots],
    request: upload(path("beach.txt"), "waves"),
    expect: created(),
    async verify(_, world) {
      const album = await done(world, post("/api/items/file_albums", { name: "summer" }));
      await done(world, post("/api/items/file_shots", { album: String(album.data.id), photo: "beach.txt" }));
      const gone = await done(world, del(`/api/items/file_albums/${album.data.id}`));
      const bytes = async () => {
        const { status, text } = await world.send(admin, get(file(path("beach.txt"))));
        return { status, text: status === 200 ? text : "" };
      };
      must(await bytes(), { status: 404 });
      must((await done(world, undo({ request_id: gone.request }))).data, { restored: 3 });
      must(await bytes(), { status: 200, text: "waves" });
      must((await done(world, get("/api/items/file_shots", { limit: "1" }))) as never, { data: [{ photo: aUuid }] });
    },
  },
  {
    name: "file fields: the first one makes the collection of files, and what it cannot be is refused by name",
    as: as.otherSecretKey,
    request: post("/api/collections", {
      slug: "file_notes",
      fields: [{ name: "doc", type: "file", required: true, content_types: ["image/*"] }],
    }),
    expect: created({ data: { fields: [{ name: "doc", type: "file", to: "files", on_delete: "restrict" }] } }),
    then: [
      { request: get("/api/collections/files"), expect: ok({ data: { system: "files" } }) },
      {
        request: post("/api/collections", {
          slug: "file_bad",
          fields: [{ name: "doc", type: "file", to: "file_notes" }],
        }),
        expect: refused(422, "VALIDATION", "fields.0.to"),
      },
      {
        request: post("/api/collections", {
          slug: "file_bad",
          fields: [{ name: "doc", type: "file", content_types: ["image"] }],
        }),
        expect: refused(422, "VALIDATION", "fields.0.content_types.0"),
      },
      {
        request: post("/api/collections", {
          slug: "file_bad",
          fields: [{ name: "doc", type: "text", bucket: "pics" }],
        }),
        expect: refused(422, "VALIDATION", "fields.0.bucket"),
      },
    ],
  },
];
