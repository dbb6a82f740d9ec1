import { pngOf } from "@plinth/conformance";
import { as } from "../../as.ts";
import type { SoughtFile } from "../../file-doors/door.ts";
import { FILE_DOOR_TABLE } from "../../file-doors/index.ts";
import { type Secrets, walk } from "../../file-doors/walk.ts";
import { collection } from "../../fixtures/collection.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { s3KeysIn } from "../../s3-calls.ts";
import {
  type Call,
  created,
  dataOf,
  get,
  nextOf,
  ok,
  patch,
  post,
  type Reply,
  type Scenario,
  uuid,
} from "../../scenario.ts";
import { done } from "../../undo-steps.ts";
import type { World } from "../../world.ts";

const BUCKET = "door-files";
const [alice, bob] = [as.user("alice"), as.user("bob")];
const own = { bucket: { _eq: BUCKET }, owner_id: "$user.id" };
const inOpen = { bucket: { _eq: BUCKET }, folder: { _eq: "open" } };
const PRESETS = { thumb: { width: 10, height: 10 } };

const doorFiles = bucket(BUCKET, { versions: true, from_urls: true, image_presets: PRESETS }, [
  { action: "create", check: inOpen },
  { action: "read", condition: own },
  { action: "update", condition: own, check: inOpen },
  { action: "delete", condition: own },
]);
const cards = collection(
  {
    slug: "door_cards",
    fields: [
      { name: "title", type: "text" },
      { name: "photo", type: "file", bucket: BUCKET },
      { name: "album", type: "files", bucket: BUCKET },
    ],
  },
  {
    needs: [doorFiles],
    rules: [
      { role: "authenticated", action: "read" },
      { role: "authenticated", action: "create" },
    ],
  },
);

/** Whoever reads a card reads how many files are in its list. */
const albums = {
  name: "rules of door_cards_album",
  needs: [cards],
  async make(world: World) {
    for (const action of ["read", "create"])
      await world.must(
        as.secretKey,
        post("/api/permissions", { role: "authenticated", collection: "door_cards_album", action }),
      );
  },
};

const TEXT = "what alice wrote at night";
const NOTE = "note of alice";
const begin = (path: string): Call => ({
  method: "POST",
  path: "/api/tus",
  headers: {
    "tus-resumable": "1.0.0",
    "upload-length": "9",
    "upload-concat": "partial",
    "upload-metadata": `bucket ${btoa(BUCKET)},path ${btoa(path)}`,
  },
});

const events = (after?: string): Call => ({
  ...get("/api/realtime/items/files", { poll: "1", ...(after && { after }) }),
  ...(after && { messages: 1 }),
});
const change = (stored: Reply, text: string): Call =>
  patch(`/api/items/files/${dataOf(stored, "id")}`, { metadata: { text } });

/** Alice's file, in a folder where nobody may store one, and one that is nowhere. */
async function filesIn(world: World): Promise<{ held: SoughtFile; absent: SoughtFile; secrets: Secrets }> {
  const stored = (path: string, body: Parameters<typeof upload>[1], type = "text/plain") =>
    done(world, upload(`${BUCKET}/${path}`, body, { "content-type": type }), alice);
  const { data } = await stored("open/diary.txt", TEXT);
  await done(world, patch(`/api/items/files/${data.id}`, { metadata: { text: NOTE } }));
  await stored("open/face.png", await pngOf(20, 20, () => [1, 2, 3, 255]), "image/png");
  await done(world, upload(`${BUCKET}/open/bob.txt`, "of bob"), bob);
  const [path, picture] = ["kept-away/diary.txt", "kept-away/face.png"];
  for (const [from, to] of [
    ["open/diary.txt", path],
    ["open/face.png", picture],
  ])
    await done(world, post("/api/files/move", { bucket: BUCKET, from: from!, to: to! }));
  const card = await done(
    world,
    post("/api/items/door_cards", { title: "a card", photo: data.id!, album: [data.id!] }),
  );
  const bare = await done(world, post("/api/items/door_cards", { title: "a card" }));
  const tus = await done(world, begin("open/begun-by-alice.txt"), alice);
  const direct = await done(
    world,
    post("/api/uploads", { bucket: BUCKET, path: "open/sent-by-alice.txt", size: 5 }),
    alice,
  );
  const [content, sha256] = [String(data.content), String(data.sha256)];
  const held: SoughtFile = {
    ...{ bucket: BUCKET, folder: "kept-away", path, picture, content, sha256, id: String(data.id) },
    ...{ card: String(card.data.id), tus: String(tus.data.id), upload: String(direct.data.id) },
  };
  const absent: SoughtFile = {
    ...{ bucket: BUCKET, folder: "not-there", path: "not-there/diary.txt", picture: "not-there/face.png" },
    ...{ content: uuid(976, 1), sha256: "0".repeat(64), id: uuid(976, 2), card: String(bare.data.id) },
    ...{ tus: uuid(976, 3), upload: uuid(976, 4) },
  };
  return { held, absent, secrets: [TEXT, NOTE, content, sha256, "diary", "face.png", "by-alice"] };
}

async function nobodyLearns(_: Reply, world: World): Promise<void> {
  const files = await filesIn(world);
  const keys = async (prefix: string) =>
    s3KeysIn(
      await world.send(as.operator, post("/api/s3-keys", { name: `doors ${prefix}`, buckets: [BUCKET], prefix })),
    );
  await walk(world, FILE_DOOR_TABLE, files, {
    owner: { who: alice, keys: await keys("") },
    stranger: { who: bob, keys: await keys("open/") },
  });
  const { status, text } = await world.send(alice, get(file(`${BUCKET}/${files.held.path}`)));
  if (status !== 200 || text !== TEXT) throw new Error(`the file is no longer what it was: ${status} ${text}`);
}

export const scenarios: Scenario[] = [
  {
    name: "file doors: who may not read a file's item gets neither its bytes nor a sign of it by any route",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [albums],
    request: get(`/api/buckets/${BUCKET}`),
    expect: ok({ data: { public: false } }),
    verify: nobodyLearns,
  },
  {
    name: "file doors: events tell who may not read a file's item nothing of its changes",
    skip: onHostsWithFiles,
    as: bob,
    needs: [cards],
    request: upload(`${BUCKET}/open/seen.txt`, "of bob"),
    expect: created(),
    then: [
      { request: events(), expect: ok() },
      { as: alice, request: upload(`${BUCKET}/open/unseen.txt`, TEXT), expect: created() },
      { request: ({ replies }) => change(replies[0]!, "mine"), expect: ok() },
      {
        as: alice,
        request: (seen) => events(nextOf(seen, 1)),
        expect: { ...ok({ data: [{ data: { path: "open/unseen.txt" } }] }), contains: ["open/unseen.txt"] },
      },
      {
        request: (seen) => events(nextOf(seen, 1)),
        expect: { ...ok({ data: [{ data: { metadata: { text: "mine" } } }] }), excludes: ["unseen", TEXT] },
      },
    ],
  },
];
