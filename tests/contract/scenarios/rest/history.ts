import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, aTimestamp, exactly, must } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { created, del, get, ok, patch, post, refused, type Scenario } from "../../scenario.ts";

const NOTES = namedRows(127, { kept: 1, gone: 2, paged: 3, empty: 4 });

const notes = collection(
  {
    slug: "history_notes",
    fields: [
      { name: "title", type: "text", required: true },
      { name: "stars", type: "integer" },
      { name: "secret", type: "text" },
    ],
  },
  {
    rules: [
      { role: "authenticated", action: "read", fields: ["title"] },
      { role: "authenticated", action: "update", fields: ["title"] },
    ],
  },
);

const history = (id: string, query: Record<string, string> = {}, slug = "history_notes") =>
  get(`/api/items/${slug}/${id}/history`, query);
const at = (id: string): string => `/api/items/history_notes/${id}`;
const admin = as.secretKey;

/** What a person who asks "who changed this, and when" relies on. */
export const scenarios: Scenario[] = [
  {
    name: "history: the versions of an item, newest first, with the fields that changed",
    as: admin,
    needs: [notes],
    request: post("/api/items/history_notes", { id: NOTES.kept, title: "a", stars: 1 }),
    expect: created(),
    async verify(made, world) {
      const renamed = await world.send(as.user("alice"), patch(at(NOTES.kept), { title: "b" }));
      await world.must(as.operator, patch(at(NOTES.kept), { stars: 2, secret: "s" }));
      const page = (await world.must(admin, history(NOTES.kept))) as JsonObject;
      const common = { position: aText, at: aTimestamp, request_id: aText };
      must(page, {
        data: [
          {
            ...common,
            operation: "update",
            version: 3,
            actor: `user:${world.userId("operator")}`,
            changes: exactly([
              { field: "stars", before: 1, after: 2 },
              { field: "secret", before: null, after: "s" },
            ]),
          },
          {
            ...common,
            operation: "update",
            version: 2,
            actor: `user:${world.userId("alice")}`,
            actor_name: aText,
            request_id: renamed.headers.get("x-request-id")!,
            changes: exactly([{ field: "title", before: "a", after: "b" }]),
          },
          {
            ...common,
            operation: "insert",
            version: 1,
            actor: `key:${world.keyId("secret")}`,
            actor_name: aText,
            request_id: made.headers.get("x-request-id")!,
          },
        ],
        has_more: false,
        next_cursor: null,
        log_start: aText,
        complete: true,
      });
      const fields = ((page.data as JsonObject[])[2]!.changes as JsonObject[]).map(({ field }) => field);
      must(fields.toSorted() as Json, exactly(["created_at", "id", "stars", "title"]));
    },
  },
  {
    name: "history: a deleted item has one, and pages go back to its creation",
    as: admin,
    needs: [notes],
    request: post("/api/items/history_notes", { id: NOTES.paged, title: "0" }),
    expect: created(),
    async verify(_, world) {
      for (const title of ["1", "2", "3"]) await world.must(admin, patch(at(NOTES.paged), { title }));
      await world.must(admin, del(at(NOTES.paged)));
      const seen: Json[] = [];
      let cursor: string | null = "";
      let complete: Json = false;
      while (cursor !== null) {
        const query: Record<string, string> = { limit: "2", cursor };
        const page = (await world.must(admin, history(NOTES.paged, query))) as JsonObject;
        for (const { operation, changes } of page.data as JsonObject[]) {
          const title = (changes as JsonObject[]).find(({ field }) => field === "title")!;
          seen.push([operation!, title.before!, title.after!]);
        }
        cursor = page.next_cursor as string | null;
        complete = page.complete!;
      }
      must(
        { seen, complete },
        exactly({
          seen: [
            ["delete", "3", null],
            ["update", "2", "3"],
            ["update", "1", "2"],
            ["update", "0", "1"],
            ["insert", null, "0"],
          ],
          complete: true,
        }),
      );
    },
  },
  {
    name: "history: it is for administrators, also of items that others may read",
    as: admin,
    needs: [notes],
    request: post("/api/items/history_notes", { id: NOTES.gone, title: "t", secret: "hidden" }),
    expect: created(),
    then: [
      ...([as.publicKey, as.user("alice"), as.user("carol")] as const).map((who) => ({
        as: who,
        request: history(NOTES.gone),
        expect: refused(403, "FORBIDDEN"),
      })),
      { as: as.anonymous, request: history(NOTES.gone), expect: refused(401, "UNAUTHORIZED") },
      { as: as.otherSecretKey, request: history(NOTES.gone), expect: refused(404, "COLLECTION_NOT_FOUND") },
      { as: as.operator, request: history(NOTES.gone), expect: ok({ complete: true }) },
    ],
  },
  {
    name: "history: what is wrong is named",
    as: admin,
    needs: [notes],
    request: history(NOTES.empty),
    expect: refused(404, "ITEM_NOT_FOUND"),
    then: [
      { request: history("nothing"), expect: refused(404, "ITEM_NOT_FOUND") },
      { request: history(NOTES.empty, {}, "history_nots"), expect: refused(404, "COLLECTION_NOT_FOUND") },
      { request: history(NOTES.empty, { limit: "0" }), expect: refused(422, "VALIDATION", "limit") },
      { request: history(NOTES.empty, { cursor: "x" }), expect: refused(422, "INVALID_CURSOR", "cursor") },
      { request: history(NOTES.empty, { page: "2" }), expect: refused(422, "UNKNOWN_PARAMETER") },
    ],
  },
  {
    name: "history: the requests that changed items, newest first, one line for each",
    as: admin,
    needs: [notes],
    request: post("/api/items/history_notes", [{ title: "r1" }, { title: "r2" }, { title: "r3" }]),
    expect: created(),
    async verify(made, world) {
      const other = await world.send(as.operator, post("/api/items/history_notes", { title: "r4" }));
      const requests = "/api/changes/requests";
      const seen: JsonObject[] = [];
      for (let cursor: string | null = ""; cursor !== null && seen.length < 4; ) {
        const page = (await world.must(admin, get(requests, { limit: "1", cursor }))) as JsonObject;
        seen.push(...(page.data as JsonObject[]));
        cursor = page.next_cursor as string | null;
      }
      const change = (inserted: number) => ({ collection: "history_notes", inserted, updated: 0, deleted: 0 });
      must(seen.slice(0, 2), [
        {
          request_id: other.headers.get("x-request-id")!,
          actor: `user:${world.userId("operator")}`,
          from: aTimestamp,
          to: aTimestamp,
          changes: exactly([change(1)]),
        },
        { request_id: made.headers.get("x-request-id")!, actor_name: aText, changes: exactly([change(3)]) },
      ]);
      const ids = seen.map(({ request_id }) => request_id);
      must({ once: new Set(ids).size === ids.length }, { once: true });
    },
    then: [
      { as: as.user("alice"), request: get("/api/changes/requests"), expect: refused(403, "FORBIDDEN") },
      { as: as.anonymous, request: get("/api/changes/requests"), expect: refused(401, "UNAUTHORIZED") },
      { request: get("/api/changes/requests", { cursor: "x" }), expect: refused(422, "INVALID_CURSOR", "cursor") },
    ],
  },
];
