import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { matching } from "../../match.ts";
import { namedRows } from "../../rows.ts";
import {
  batch,
  type Call,
  get,
  INTERNALS,
  ok,
  type Reply,
  refused,
  type Scenario,
  withHeaders,
} from "../../scenario.ts";

const ROWS = namedRows(921, { counter: 1 });
const counters = collection(
  { slug: "pushed_counters", fields: [{ name: "n", type: "integer" }] },
  { rows: [{ id: ROWS.counter, n: 0 }] },
);

const adds = batch({ op: "update", collection: "pushed_counters", id: ROWS.counter, data: { n: { $inc: 1 } } });
const push = (place: string, key: string, call: Call = adds): Call =>
  withHeaders(call, { "x-plinth-replica": place, "idempotency-key": `"${key}"` });
const nameIn = (reply: Reply | undefined): string => {
  const { error } = reply!.json as { error: { details: { replica: string } } };
  return error.details.replica;
};
const named = {
  status: 410,
  body: { error: { code: "GONE", details: { field: "x-plinth-replica", replica: matching(/^\w+-[\w-]{36}$/) } } },
  excludes: INTERNALS,
};

/** Copies on devices number their pushes. */
export const scenarios: Scenario[] = [
  {
    name: "replica pushes: a copy gets a name, and its pushes happen once, in the order of their numbers",
    as: as.secretKey,
    needs: [counters],
    given: [{ as: as.secretKey, request: push("new/1", "named-0"), expect: named }],
    request: ({ replies }) => push(`${nameIn(replies[0])}/1`, "named-1"),
    expect: ok({ data: [{ n: 1 }] }),
    then: [
      {
        as: as.secretKey,
        request: ({ replies }) => push(`${nameIn(replies[0])}/1`, "named-1"),
        expect: ok({ data: [{ n: 1 }] }),
      },
      {
        as: as.secretKey,
        request: ({ replies }) => push(`${nameIn(replies[0])}/3`, "named-3"),
        expect: ok({ data: [{ n: 2 }] }),
      },
      { as: as.secretKey, request: ({ replies }) => push(`${nameIn(replies[0])}/3`, "named-4"), expect: named },
      { as: as.secretKey, request: ({ replies }) => push(`${nameIn(replies[0])}/2`, "named-5"), expect: named },
      { as: as.secretKey, request: get(`/api/items/pushed_counters/${ROWS.counter}`), expect: ok({ data: { n: 2 } }) },
    ],
  },
  {
    name: "replica pushes: a number without a key is refused",
    as: as.secretKey,
    request: withHeaders(adds, { "x-plinth-replica": "new/1" }),
    expect: refused(422, "VALIDATION", "x-plinth-replica"),
  },
];
