import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, aTimestamp, exactly, must } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import { created, del, get, ok, patch, post, type Reply, refused, type Scenario } from "../../scenario.ts";

const NOTES = namedRows(139, { found: 1, other: 2, shown: 3, gone: 4 });

const notes = collection(
  {
    slug: "traced_notes",
    fields: [
      { name: "title", type: "text", required: true },
      { name: "stars", type: "integer" },
    ],
  },
  {
    rules: [
      { role: "authenticated", action: "update", fields: ["title"] },
      { role: "authenticated", action: "read" },
    ],
  },
);

const requests = (query: Record<string, string> = {}) => get("/api/changes/requests", query);
const at = (id: string): string => `/api/items/traced_notes/${id}`;
const admin = as.secretKey;

interface Listed {
  readonly data: readonly JsonObject[];
  readonly next_cursor: string | null;
}

/** What a person who looks for a change relies on. */
export const scenarios: Scenario[] = [
  {
    name: "changing requests: found by collection, item, operation, actor, time and id",
    as: admin,
    needs: [notes],
    request: post("/api/items/traced_notes", [
      { id: NOTES.found, title: "a" },
      { id: NOTES.other, title: "b" },
    ]),
    expect: created(),
    async verify(made, world) {
      const idOf = (response: Pick<Reply, "headers">): string => response.headers.get("x-request-id")!;
      const [madeBy, aliceId, operatorId] = [world.keyId("secret"), world.userId("alice"), world.userId("operator")];
      const renamed = idOf(await world.send(as.user("alice"), patch(at(NOTES.found), { title: "c" })));
      const starred = idOf(await world.send(as.operator, patch(at(NOTES.found), { stars: 5 })));
      const removed = idOf(await world.send(admin, del(at(NOTES.other))));
      const all = [removed, starred, renamed, idOf(made)];
      // Others write at the same time: only these four are compared.
      const found = async (filter: Record<string, string>): Promise<string[]> => {
        const ids: string[] = [];
        for (let cursor: string | null = ""; cursor !== null; ) {
          const query = { collection: "traced_notes", limit: "2", cursor, ...filter };
          const page = (await world.must(admin, requests(query))) as unknown as Listed;
          ids.push(...page.data.map(({ request_id }) => request_id as string));
          cursor = page.next_cursor;
        }
        return ids.filter((id) => all.includes(id));
      };
      const entry = (await world.must(admin, requests({ request_id: starred }))) as unknown as Listed;
      const times = entry.data[0] as { from: string };
      const past = new Date(Date.parse(times.from) - 3_600_000).toISOString();
      const future = new Date(Date.parse(times.from) + 3_600_000).toISOString();
      must(
        {
          all: await found({}),
          item: await found({ item: NOTES.other }),
          deleted: await found({ operation: "delete" }),
          key: await found({ actor: `key:${madeBy}` }),
          keys: await found({ actor: "key" }),
          user: await found({ actor: `user:${aliceId}` }),
          users: await found({ actor: "user" }),
          operator: await found({ actor: `operator:${operatorId}` }),
          operators: await found({ actor: "operator" }),
          nobody: await found({ actor: "nobody" }),
          request: await found({ request_id: starred }),
          both: await found({ item: NOTES.found, actor: "user" }),
          since: await found({ since: past, until: future }),
          later: await found({ since: future }),
          earlier: await found({ until: past }),
        } as Json,
        exactly({
          all,
          item: [removed, idOf(made)],
          deleted: [removed],
          key: [removed, idOf(made)],
          keys: [removed, idOf(made)],
          user: [renamed],
          users: [renamed],
          operator: [starred],
          operators: [starred],
          nobody: [],
          request: [starred],
          both: [renamed],
          since: all,
          later: [],
          earlier: [],
        }),
      );
      must(entry.data as Json[], [
        {
          request_id: starred,
          actor: `user:${operatorId}`,
          from: aTimestamp,
          to: aTimestamp,
          changes: exactly([{ collection: "traced_notes", inserted: 0, updated: 1, deleted: 0 }]),
        },
      ]);
    },
    then: [
      { request: requests({ collection: "traced_nots" }), expect: refused(404, "COLLECTION_NOT_FOUND") },
      { request: requests({ item: NOTES.found }), expect: refused(422, "VALIDATION", "item") },
      { request: requests({ collection: "traced_notes", item: "x" }), expect: refused(422, "VALIDATION", "item") },
      { request: requests({ actor: "alice" }), expect: refused(422, "VALIDATION", "actor") },
      { request: requests({ operation: "read" }), expect: refused(422, "VALIDATION", "operation") },
      { request: requests({ since: "yesterday" }), expect: refused(422, "VALIDATION", "since") },
      { as: as.user("alice"), request: requests({ actor: "operator" }), expect: refused(403, "FORBIDDEN") },
      {
        as: as.otherSecretKey,
        request: requests({ collection: "traced_notes" }),
        expect: refused(404, "COLLECTION_NOT_FOUND"),
      },
    ],
  },
  {
    name: "changing requests: what one has changed, newest first, field by field, and page by page",
    as: admin,
    needs: [notes],
    request: post("/api/batch", {
      operations: [
        { op: "create", collection: "traced_notes", data: { id: NOTES.shown, title: "a" } },
        { op: "update", collection: "traced_notes", id: NOTES.shown, data: { title: "b", stars: 1 } },
        { op: "create", collection: "traced_notes", data: { id: NOTES.gone, title: "c" } },
        { op: "delete", collection: "traced_notes", id: NOTES.gone },
      ],
    }),
    expect: ok(),
    async verify(made, world) {
      const id = made.headers.get("x-request-id")!;
      const seen: JsonObject[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const asked = get(`/api/changes/requests/${id}`, { limit: "3", cursor });
        const page = (await world.must(admin, asked)) as unknown as Listed;
        seen.push(...page.data);
        cursor = page.next_cursor;
      }
      must({ operations: seen.map(({ operation, item }) => [operation, item]) } as Json, {
        operations: exactly([
          ["delete", NOTES.gone],
          ["insert", NOTES.gone],
          ["update", NOTES.shown],
          ["insert", NOTES.shown],
        ]),
      });
      must(seen[2]!, {
        collection: "traced_notes",
        position: aText,
        at: aTimestamp,
        version: 2,
        actor: `key:${world.keyId("secret")}`,
        actor_name: aText,
        request_id: id,
        changes: exactly([
          { field: "title", before: "a", after: "b" },
          { field: "stars", before: null, after: 1 },
        ]),
      });
      const path = `/api/changes/requests/${id}`;
      for (const [who, status] of [
        [as.anonymous, 401],
        [as.publicKey, 403],
        [as.user("alice"), 403],
        [as.otherSecretKey, 404],
      ] as const) {
        const { status: answered } = await world.send(who, get(path));
        must({ answered }, { answered: status });
      }
    },
    then: [
      { request: get("/api/changes/requests/nothing"), expect: refused(404, "NOT_FOUND") },
      {
        request: get("/api/changes/requests/nothing", { cursor: "x" }),
        expect: refused(422, "INVALID_CURSOR", "cursor"),
      },
    ],
  },
];
