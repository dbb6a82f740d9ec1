import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { aText } from "../../match.ts";
import { type Call, dataOf, get, INTERNALS, ok, post, type Reply, refused, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";
import { again, crowd, first, keyed, sendsTheSame } from "./idempotency.ts";

const makesKey = (name: string, key: string, kind = "secret"): Call => keyed(post("/api/keys", { name, kind }), key);
const keysNamed = async (world: World, name: string): Promise<number> => {
  const { data } = await world.must(as.operator, get("/api/keys"));
  return (data as { name: string }[]).filter((one) => one.name === name).length;
};
const secret = { status: 201, headers: { ...first, "cache-control": "no-store" }, excludes: INTERNALS };

const room = "/api/realtime/channels/keyed:1";
const poll = (after?: Json): Call => get(room, { poll: "1", ...(after !== undefined && { after }) });
const sends = (data: string, key: string): Call => keyed(post(room, { event: "said", data }), key);
const nextIn = (reply: Reply | undefined): Json => (reply?.json as JsonObject | undefined)?.next ?? "";

/** `Idempotency-Key` for what is sent once: keys themselves, and messages. */
export const scenarios: Scenario[] = [
  {
    name: "idempotency: a new key is returned again, the same and to its maker alone",
    as: as.operator,
    request: makesKey("keyed-once", '"key-made"'),
    expect: { ...secret, body: { data: { name: "keyed-once", key: aText } } },
    then: [
      { request: makesKey("keyed-twice", '"key-made"'), expect: refused(422, "VALIDATION", "idempotency-key") },
      { as: as.anonymous, request: makesKey("keyed-once", '"key-made"'), expect: refused(401, "UNAUTHORIZED") },
      { as: as.publicKey, request: makesKey("keyed-once", '"key-made"'), expect: refused(403, "FORBIDDEN") },
      { as: as.user("alice"), request: makesKey("keyed-once", '"key-made"'), expect: refused(403, "FORBIDDEN") },
    ],
    async verify(reply, world) {
      const replay = await sendsTheSame(world, as.operator, makesKey("keyed-once", '"key-made"'), reply);
      if (replay.headers.get("cache-control") !== "no-store") throw new Error("the replay may be stored");
      if ((await keysNamed(world, "keyed-once")) !== 1) throw new Error("there is not one such key");
      await world.must(as.forger({ "x-api-key": dataOf(replay, "key") }), get("/api/keys"));
    },
  },
  {
    name: "idempotency: a caller who may not write is refused, with or without a key",
    as: as.publicKey,
    request: makesKey("never-keyed", '"no-key-here"'),
    expect: refused(403, "FORBIDDEN"),
  },
  {
    name: "idempotency: two callers with one idempotency key make two keys",
    as: as.operator,
    given: [
      { as: as.secretKey, request: makesKey("keyed-apart", '"key-apart"', "publishable"), expect: { ...secret } },
    ],
    request: makesKey("keyed-apart", '"key-apart"', "publishable"),
    expect: secret,
    async verify(reply, world, { replies }) {
      if (dataOf(reply, "key") === dataOf(replies[0], "key")) throw new Error("both got the same key");
      if ((await keysNamed(world, "keyed-apart")) !== 2) throw new Error("there are not two such keys");
    },
  },
  {
    name: "idempotency: of many at once one makes a key",
    as: as.operator,
    request: get("/api/keys"),
    expect: { ...ok(), excludes: ["keyed-crowd"] },
    async verify(_, world) {
      await crowd(world, as.operator, makesKey("keyed-crowd", '"key-crowd"'), 201);
      if ((await keysNamed(world, "keyed-crowd")) !== 1) throw new Error("there is not one such key");
    },
  },
  {
    name: "idempotency: of many at once one changes a collection",
    as: as.secretKey,
    request: post("/api/collections", { slug: "keyed_crowd", fields: [] }),
    expect: { status: 201, excludes: ['"error"'] },
    async verify(_, world) {
      const fields = [{ name: "a", type: "text" }];
      const change: Call = { method: "PATCH", path: "/api/collections/keyed_crowd", body: { fields } };
      await crowd(world, as.secretKey, keyed(change, '"collection-crowd"'), 200);
      const { data } = await world.must(as.secretKey, get("/api/collections/keyed_crowd"));
      if ((data as { version: number }).version !== 2) throw new Error("it was changed more than once");
    },
  },
  {
    name: "idempotency: a message is sent once",
    as: as.secretKey,
    given: [
      { request: poll(), expect: { status: 200, excludes: [] } },
      {
        request: sends("hear-hear", '"message"'),
        expect: { status: 202, body: { data: { channel: "keyed:1", event: "said" } }, headers: first },
      },
      { request: sends("hear-hear", '"message"'), expect: { status: 202, headers: again } },
      { request: sends("other-word", '"message"'), expect: refused(422, "VALIDATION", "idempotency-key") },
      // A second one would arrive before what is sent after it.
      { request: sends("enough", '"last"'), expect: { status: 202, headers: first } },
    ],
    request: ({ replies }) => ({ ...poll(nextIn(replies[0])), messages: 2 }),
    expect: {
      ...ok({ data: [{ event: "message", name: "said", data: "hear-hear" }, { data: "enough" }] }),
      excludes: ["other-word"],
    },
  },
  {
    name: "idempotency: of many equal requests at once, one message is sent",
    as: as.secretKey,
    request: poll(),
    expect: { ...ok({ next: aText }), excludes: ["crowded"] },
    async verify(reply, world) {
      await crowd(world, as.secretKey, sends("crowded", '"message-crowd"'), 202);
      await world.must(as.secretKey, sends("closing", '"message-end"'));
      const { data } = await world.must(as.secretKey, { ...poll(nextIn(reply)), messages: 2 });
      const sent = (data as { data: string }[]).map((message) => message.data);
      if (sent.join() !== "crowded,closing") throw new Error(`these were sent: ${sent.join()}`);
    },
  },
  {
    name: "idempotency: a message's answer comes byte for byte",
    as: as.secretKey,
    request: sends("again", '"message-bytes"'),
    expect: { status: 202, headers: { ...first, etag: null }, excludes: ['"error"', "again"] },
    async verify(reply, world) {
      await sendsTheSame(world, as.secretKey, sends("again", '"message-bytes"'), reply);
    },
  },
];
