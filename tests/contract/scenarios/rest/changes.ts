import type { Json, JsonObject } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, aTimestamp, aUuid, exactly, including, must } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import {
  type Call,
  del,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  type Reply,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";
import type { World } from "../../world.ts";

const HALLS = namedRows(83, { choir: 1 });
const SEATS = namedRows(84, { bound: 1, loose: 2 });
const ROW = namedRows(84, { first: 10, second: 11, third: 12, fourth: 13, fifth: 14, sixth: 15, seventh: 16 });

const halls = collection(
  { slug: "log_halls", fields: [{ name: "name", type: "text" }] },
  { rules: [{ role: "authenticated", action: "create" }] },
);
const seats = collection(
  {
    slug: "log_seats",
    fields: [
      { name: "row", type: "integer" },
      { name: "hall", type: "relation", to: "log_halls", on_delete: "cascade" },
      { name: "spare", type: "relation", to: "log_halls", on_delete: "set_null" },
    ],
  },
  { needs: [halls] },
);
const foreign = collection({ slug: "log_ledger", fields: [{ name: "name", type: "text" }] }, { by: as.otherSecretKey });

const log = (query: JsonObject = {}): Call => get("/api/changes", query as Call["query"]);
const admin = as.secretKey;
const nextIn = (reply: { json: Json | undefined }): string => String((reply.json as JsonObject).next);

interface Page {
  data: JsonObject[];
  next: string;
  more: boolean;
}

/** Where the log stands: a stream that begins now says so. */
async function positionOf(world: World, who: Who, slug: string): Promise<string> {
  return nextIn(await world.send(who, get(`/api/realtime/items/${slug}`, { poll: "1" })));
}

const MAX_WAIT_MS = 120_000;

/** Reads on, page by page, until there are so many; a change may show a moment after its write was answered. */
async function readOn(world: World, who: Who, after: string, count: number, query: JsonObject = {}): Promise<Page> {
  const data: JsonObject[] = [];
  for (let next = after, end = Date.now() + MAX_WAIT_MS; ; ) {
    const page = (await world.must(who, log({ ...query, after: next }))) as unknown as Page;
    data.push(...page.data);
    next = page.next;
    if (data.length >= count && !page.more) return { data, next, more: page.more };
    if (Date.now() > end) throw new Error(`${data.length} changes of ${count}: ${JSON.stringify(data).slice(0, 500)}`);
    if (page.data.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The log's position after all that was written before: what a stream says is one that misses nothing, and may be earlier. */
async function positionNow(world: World, reply: Reply): Promise<string> {
  const mark = await write(world, admin, post("/api/items/log_halls", { name: "mark" }));
  for (let count = 1; ; count++) {
    const { data } = await readOn(world, admin, nextIn(reply), count);
    const found = data.find(({ item }) => item === mark.id);
    if (found) return String(found.position);
    count = data.length;
  }
}

async function write(world: World, who: Who, call: Call): Promise<{ id: string; request: string; data: JsonObject }> {
  const reply: Reply = await world.send(who, call);
  if (reply.status > 299) throw new Error(`${call.method} ${call.path} gave ${reply.status} ${reply.text}`);
  const data = ((reply.json as JsonObject).data ?? {}) as JsonObject;
  return { id: String(data.id), request: reply.headers.get("x-request-id")!, data };
}

const refusedTo = (
  who: Who,
  call: Call,
  status: number,
  code: "UNAUTHORIZED" | "FORBIDDEN" | "INVALID_TOKEN",
): Step => ({
  as: who,
  request: call,
  expect: { status, code, excludes: ['"data"', "plinth_"] },
});
const wrong = (
  query: JsonObject,
  code: "VALIDATION" | "INVALID_CURSOR" | "UNKNOWN_PARAMETER",
  field: string,
): Step => ({
  request: log(query),
  expect: { status: 422, code, field },
});

/** What a program that keeps a copy, a webhook or an index relies on. */
export const scenarios: Scenario[] = [
  {
    name: "changes: the log is for administrators",
    as: as.anonymous,
    needs: [halls],
    request: log(),
    expect: refused(401, "UNAUTHORIZED"),
    then: [
      refusedTo(as.signedOut, log(), 401, "INVALID_TOKEN"),
      refusedTo(as.publicKey, log(), 403, "FORBIDDEN"),
      refusedTo(as.user("alice"), log(), 403, "FORBIDDEN"),
      refusedTo(as.user("carol"), log(), 403, "FORBIDDEN"),
      refusedTo(as.keyAndUser("public", "alice"), log({ collection: "log_halls" }), 403, "FORBIDDEN"),
      { as: as.operator, request: log({ limit: "1" }), expect: ok({ data: [{ position: aText }], next: aText }) },
      { as: admin, request: log({ limit: "1" }), expect: ok({ data: [{ position: aText }], next: aText }) },
    ],
  },
  {
    name: "changes: each write with before, after, who made it and by which request",
    as: admin,
    needs: [halls],
    request: get("/api/realtime/items/log_halls", { poll: "1" }),
    expect: ok({ next: aText }),
    async verify(reply, world) {
      const start = await positionNow(world, reply);
      const made = await write(world, as.user("alice"), post("/api/items/log_halls", { name: "Nave" }));
      const renamed = await write(world, admin, patch(`/api/items/log_halls/${made.id}`, { name: "Apse" }));
      const gone = await write(world, as.operator, del(`/api/items/log_halls/${made.id}`));
      const common = { position: aText, collection: "log_halls", collection_id: aUuid, item: made.id, at: aTimestamp };
      const by = (actor: string, request_id: string) => ({ ...common, actor, request_id });
      const found = await readOn(world, admin, start, 3, { collection: "log_halls" });
      const [alice, key, operator] = [
        `user:${world.userId("alice")}`,
        `key:${world.keyId("secret")}`,
        `user:${world.userId("operator")}`,
      ];
      must(found.data, [
        { ...by(alice, made.request), operation: "insert", before: null, after: { id: made.id, name: "Nave" } },
        { ...by(key, renamed.request), operation: "update", before: { name: "Nave" }, after: exactly(renamed.data) },
        { ...by(operator, gone.request), operation: "delete", before: exactly(renamed.data), after: null },
      ]);
    },
  },
  {
    name: "changes: what a delete does to others is in it, by the same hand",
    as: admin,
    needs: [seats],
    request: get("/api/realtime/items/log_seats", { poll: "1" }),
    expect: ok({ next: aText }),
    async verify(reply, world) {
      const start = await positionNow(world, reply);
      const hall = HALLS.choir;
      const { bound, loose } = SEATS;
      await world.must(admin, post("/api/items/log_halls", { id: hall, name: "Choir" }));
      await world.must(
        admin,
        post("/api/items/log_seats", [
          { id: bound, row: 1, hall },
          { id: loose, row: 2, spare: hall },
        ]),
      );
      const gone = await write(world, admin, del(`/api/items/log_halls/${hall}`));
      const { data } = await readOn(world, admin, start, 6);
      const sent = data.filter((change) => change.request_id === gone.request);
      const by = { actor: `key:${world.keyId("secret")}` };
      // The order in which an engine does these is its own.
      const order = ["delete log_halls", "delete log_seats", "update log_seats"];
      const keyOf = (change: JsonObject): string => `${change.operation} ${change.collection}`;
      must(
        sent.toSorted((a, b) => order.indexOf(keyOf(a)) - order.indexOf(keyOf(b))),
        [
          { ...by, operation: "delete", collection: "log_halls", item: hall, before: { name: "Choir" }, after: null },
          { ...by, operation: "delete", collection: "log_seats", item: bound, before: { row: 1, hall }, after: null },
          {
            ...by,
            operation: "update",
            collection: "log_seats",
            item: loose,
            before: { spare: hall },
            after: { spare: null },
          },
        ],
      );
    },
  },
  {
    name: "changes: pages by position skip nothing and repeat nothing",
    as: admin,
    needs: [seats],
    request: get("/api/realtime/items/log_seats", { poll: "1" }),
    expect: ok({ next: aText }),
    async verify(reply, world) {
      const start = await positionNow(world, reply);
      const rows = Object.values(ROW).map((id, row) => ({ id, row }));
      await world.must(admin, post("/api/items/log_seats", rows));
      await world.must(admin, post("/api/items/log_halls", { name: "in between" }));
      for (const { id } of rows) await world.must(admin, patch(`/api/items/log_seats/${id}`, { row: 99 }));
      const whole = await readOn(world, admin, start, 14, { collection: "log_seats" });
      for (const limit of ["1", "3", "1000"]) {
        const paged = await readOn(world, admin, start, 14, { collection: "log_seats", limit });
        must(paged.data, exactly(whole.data));
      }
      must(
        whole.data.map(({ item, operation }) => `${operation} ${String(item).slice(-2)}`),
        exactly(["insert", "update"].flatMap((operation) => rows.map(({ id }) => `${operation} ${id.slice(-2)}`))),
      );
      const all = (await readOn(world, admin, start, 15)).data.map(({ position }) => String(position));
      must(all, including(...whole.data.map(({ position }) => String(position))));
      // From each change's own position the rest follows, and at the end nothing does.
      const middle = await readOn(world, admin, String(whole.data[4]!.position), 9, { collection: "log_seats" });
      must(middle.data, exactly(whole.data.slice(5)));
      const end = await world.must(admin, log({ collection: "log_seats", after: whole.next }));
      must(end, { data: exactly([]), more: false, next: aText });
    },
  },
  {
    name: "changes: a position that the log does not hold is gone, and the answer says where to go on",
    as: admin,
    needs: [halls],
    request: log({ after: "1.9999999999.9999999999" }),
    expect: {
      status: 410,
      code: "GONE",
      field: "after",
      body: { error: { message: aText, details: { field: "after", next: aText } } },
      excludes: ['"data"', ...INTERNALS],
    },
    then: [
      {
        request: ({ replies }) => {
          const { error } = replies[0]!.json as { error: { details: { next: string } } };
          return log({ after: error.details.next });
        },
        expect: ok({ next: aText, more: false }),
      },
    ],
  },
  {
    name: "changes: what is no position, no limit and no parameter is refused by name",
    as: admin,
    needs: [halls],
    request: log({ after: "yesterday" }),
    expect: refused(422, "INVALID_CURSOR", "after"),
    then: [
      wrong({ after: "" }, "INVALID_CURSOR", "after"),
      wrong({ after: "1.0.-1" }, "INVALID_CURSOR", "after"),
      wrong({ after: "2.0.1" }, "INVALID_CURSOR", "after"),
      wrong({ after: "1.0.9999999999999999999" }, "INVALID_CURSOR", "after"),
      wrong({ after: "1.9999999999999999999.0" }, "INVALID_CURSOR", "after"),
      wrong({ limit: "0" }, "VALIDATION", "limit"),
      wrong({ limit: "-1" }, "VALIDATION", "limit"),
      wrong({ limit: "1.5" }, "VALIDATION", "limit"),
      wrong({ limit: "1001" }, "VALIDATION", "limit"),
      wrong({ limit: "many" }, "VALIDATION", "limit"),
      { request: log({ limit: "1000" }), expect: ok({ next: aText }) },
      wrong({ since: "1" }, "UNKNOWN_PARAMETER", "since"),
      { request: log({ collection: "no_such" }), expect: { status: 404, code: "COLLECTION_NOT_FOUND" } },
    ],
  },
  {
    name: "changes: nothing of another workspace",
    as: as.otherSecretKey,
    needs: [halls, foreign],
    request: log({ collection: "log_halls" }),
    expect: refused(404, "COLLECTION_NOT_FOUND"),
    then: [
      { as: admin, request: log({ collection: "log_ledger" }), expect: { status: 404, code: "COLLECTION_NOT_FOUND" } },
    ],
    async verify(_, world) {
      const here = await positionOf(world, admin, "log_halls");
      const there = await positionOf(world, as.otherSecretKey, "log_ledger");
      await world.must(admin, post("/api/items/log_halls", { name: "ours" }));
      await world.must(as.otherSecretKey, post("/api/items/log_ledger", { name: "theirs" }));
      // Positions are the database's, so each can go on from the other's, and still sees its own only.
      for (const after of [here, there]) {
        must((await readOn(world, admin, after, 1)).data, [{ collection: "log_halls", after: { name: "ours" } }]);
        const { data } = await readOn(world, as.otherSecretKey, after, 1);
        must(data, [{ collection: "log_ledger", after: { name: "theirs" } }]);
      }
    },
  },
];
