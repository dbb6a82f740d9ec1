import type { Json, JsonObject } from "@plinth/core";
import { batch, type Call, del, get, items, patch, post, put } from "../scenario.ts";
import { type Door, doors, OPENS, type SoughtFile } from "./door.ts";

const FILES = "/api/items/files";
const CARDS = "/api/items/door_cards";
const bySha = ({ sha256 }: SoughtFile): JsonObject => ({ sha256 });
const byPath = ({ bucket, path }: SoughtFile): JsonObject => ({ bucket, path });
const shape = (sought: SoughtFile): Json => ({ files: { collection: "files", filter: byPath(sought) } });
const card = ({ card: id }: SoughtFile, query: Call["query"]): Call => get(`${CARDS}/${id}`, query);

const graphql = (query: string): Call => post("/api/graphql", { query });
const found = ({ bucket, path }: SoughtFile): string =>
  `{ bucket: { _eq: ${JSON.stringify(bucket)} }, path: { _eq: ${JSON.stringify(path)} } }`;

export const ITEM_DOORS: readonly Door[] = [
  ...doors(
    "GET /api/items/:slug",
    {
      "its path": (sought) => items("files", { filter: byPath(sought) }),
      "its hash": (sought) => items("files", { filter: bySha(sought), meta: "filter_count" }),
      "the beginning of its hash": ({ sha256 }) =>
        items("files", { filter: { sha256: { _starts_with: sha256.slice(0, 6) } }, fields: "size" }),
      "an item that refers to a file with its hash": (sought) =>
        items("door_cards", { filter: { photo: bySha(sought) }, fields: "title" }),
      "an item in whose list is a file with its hash": (sought) =>
        items("door_cards", { filter: { album: { _some: bySha(sought) } }, fields: "title" }),
      "an item by how many files of its list may be seen": ({ card: id }) =>
        items("door_cards", { filter: { id, "count(album)": { _gt: 0 } }, fields: "title" }),
      "an item whose file has its path": ({ path }) =>
        items("door_cards", { filter: { "photo.path": path }, fields: "title" }),
    },
    OPENS,
  ),
  ...doors(
    "GET /api/items/:slug/:id",
    {
      "its item": ({ id }) => get(`${FILES}/${id}`),
      "the file of a field": (sought) => card(sought, { expand: "photo", fields: "title,photo.path,photo.content" }),
      "the files of a list": (sought) => card(sought, { expand: "album", fields: "title,album.path,album.sha256" }),
      "a value of the file beside the item": (sought) =>
        card(sought, { expand: { photo: { spread: true, fields: "sha256,size" } }, fields: "title" }),
    },
    OPENS,
  ),
  ...doors("GET /api/items/:slug/:id", {
    "the item of its bytes": ({ content }) => get(`/api/items/file_contents/${content}`),
  }),
  ...doors(
    "GET /api/items/:slug/export",
    { files: (sought) => get(`${FILES}/export`, { format: "ndjson", filter: byPath(sought) }) },
    OPENS,
  ),
  ...doors(
    "POST /api/items/:slug/query",
    {
      files: (sought) => post(`${FILES}/query`, { filter: byPath(sought) }),
      "the files of items": ({ card: id }) =>
        post(`${CARDS}/query`, { filter: { id }, fields: ["title"], expand: { photo: { fields: ["path", "size"] } } }),
    },
    OPENS,
  ),
  ...doors(
    "POST /api/items/:slug/aggregate",
    {
      "how many": (sought) => post(`${FILES}/aggregate`, { aggregates: { n: { count: "*" } }, filter: byPath(sought) }),
      "its size": (sought) => post(`${FILES}/aggregate`, { aggregates: { n: { max: "size" } }, filter: bySha(sought) }),
      "the size behind a field": ({ card: id }) =>
        post(`${CARDS}/aggregate`, { aggregates: { n: { max: "photo.size" } }, filter: { id } }),
    },
    OPENS,
  ),
  ...doors("POST /api/items/:slug", {
    "a reference by its id": ({ id }) => post(CARDS, { title: "mine", photo: id }),
    "a reference by its path": ({ path }) => post(CARDS, { title: "mine", photo: path }),
    "a place in a list by its id": ({ id }) => post(CARDS, { title: "mine", album: [id] }),
    "a place in a list by its path": ({ path }) => post(CARDS, { title: "mine", album: [path] }),
    "a file of its bytes": ({ content }) => post(FILES, { bucket: "door-files", path: "open/y", content }),
  }),
  ...doors("POST /api/items/:slug/import", {
    "a reference by its path": ({ path }) => ({
      ...{ method: "POST", path: `${CARDS}/import`, query: { format: "csv" } },
      ...{ raw: `title,photo\nmine,${path}\n`, headers: { "content-type": "text/csv" } },
    }),
  }),
  ...doors("PATCH /api/items/:slug/:id", { "its item": ({ id }) => patch(`${FILES}/${id}`, { metadata: {} }) }),
  ...doors("PUT /api/items/:slug/:id", { "its item": ({ id }) => put(`${FILES}/${id}`, { metadata: {} }) }),
  ...doors("DELETE /api/items/:slug/:id", { "its item": ({ id }) => del(`${FILES}/${id}`) }),
  ...doors("PATCH /api/items/:slug", {
    "all that have its path": (sought) => ({ ...patch(FILES, { metadata: {} }), query: { filter: byPath(sought) } }),
  }),
  ...doors("DELETE /api/items/:slug", { "all that have its hash": (sought) => del(FILES, { filter: bySha(sought) }) }),
  ...doors("POST /api/batch", {
    "a guard": (sought) => batch({ op: "guard", collection: "files", filter: byPath(sought), exists: true }),
    "a deletion": ({ id }) => batch({ op: "delete", collection: "files", id }),
  }),
  ...doors(
    "POST /api/live",
    {
      "its item": (sought) => ({
        ...post("/api/live", { collection: "files", filter: byPath(sought) }),
        query: { poll: "1" },
      }),
      "the file of a field": ({ card: id }) => ({
        ...post("/api/live", { collection: "door_cards", filter: { id }, fields: ["title"], expand: { photo: {} } }),
        query: { poll: "1" },
      }),
    },
    OPENS,
  ),
  ...doors("GET /api/sync", { "its item": (sought) => get("/api/sync", { shapes: shape(sought) }) }, OPENS),
  ...doors("POST /api/sync", { "its item": (sought) => post("/api/sync", { shapes: shape(sought) }) }, OPENS),
  ...doors("GET /api/items/:slug/:id/history", { "its versions": ({ id }) => get(`${FILES}/${id}/history`) }),
  ...doors("GET /api/changes", { "all changes": () => get("/api/changes") }),
  ...doors("GET /api/changes/requests", { "all requests": () => get("/api/changes/requests") }),
  ...doors("POST /api/changes/undo", {
    "its item as it was": ({ id }) => post("/api/changes/undo", { collection: "files", id, to: "x" }),
  }),
  ...doors("POST /api/files/check", { "all files": () => post("/api/files/check", {}) }),
  ...doors("GET /api/me/export", { "one's own": () => get("/api/me/export") }, OPENS),
  ...doors("GET /api/openapi.json", { "what there is": () => get("/api/openapi.json") }),
  ...doors(
    "POST /api/graphql",
    {
      "its path": (sought) => graphql(`{ files(filter: ${found(sought)}) { id path sha256 } }`),
      "how many": (sought) => graphql(`{ files_aggregate(filter: ${found(sought)}) { count max { size } } }`),
      "an item whose file has its path": ({ path }) =>
        graphql(`{ door_cards(filter: { photo: { path: { _eq: ${JSON.stringify(path)} } } }) { title } }`),
      "the file of a field": ({ card: id }) =>
        graphql(`{ door_cards_by_id(id: "${id}") { title photo { path content_id } album { path } } }`),
    },
    OPENS,
  ),
  ...doors(
    "GET /api/graphql",
    { "its path": (sought) => get("/api/graphql", { query: `{ files(filter: ${found(sought)}) { id path } }` }) },
    OPENS,
  ),
  ...doors("GET /api/graphql/schema", { "what there is": () => get("/api/graphql/schema") }),
];
