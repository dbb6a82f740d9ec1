import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Json, JsonObject, Principal } from "@plinth/core";
import { createRule, createRuleSchema, deleteRule } from "../src/index.ts";
import { subscribeItems } from "../src/realtime/index.ts";
import { NOBODY, openRealtimeWorld, type RealtimeWorld, testConnection } from "./realtime-support.ts";
import { ADMIN, userOf } from "./transfer-support.ts";

let world: RealtimeWorld;
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

beforeAll(async () => {
  world = await openRealtimeWorld();
  await world.create({ slug: "teams", fields: [{ name: "lead", type: "text" }] });
  await world.create({
    slug: "notes",
    fields: [
      { name: "text", type: "text" },
      { name: "rank", type: "integer" },
      { name: "secret", type: "text" },
      { name: "who", type: "text" },
      { name: "team", type: "relation", to: "teams", on_delete: "set_null" },
    ],
  });
  await world.create({
    slug: "cards",
    fields: [
      { name: "text", type: "text" },
      { name: "team", type: "relation", to: "teams", on_delete: "set_null" },
    ],
  });
  const rule = async (body: object): Promise<void> => {
    await createRule(await world.ctx(), createRuleSchema.parse(body));
  };
  const own: Json = { who: "$user.id" };
  await rule({
    role: "authenticated",
    collection: "notes",
    action: "read",
    condition: own,
    fields: ["text", "rank", "who"],
  });
  await rule({ role: "authenticated", collection: "cards", action: "read", condition: { "team.lead": "$user.id" } });
});

afterAll(() => world.broker.close());

async function listen(
  slug: string,
  who: Principal,
  filter?: Json,
  after?: string,
  limit?: number,
  broker = world.broker,
) {
  const connection = testConnection(limit === undefined ? {} : { limit });
  const ctx = await world.ctx(who);
  const subscribers = await broker.subscribersOf(who.workspaceId);
  await subscribeItems(subscribers, ctx, { principal: who, credential: NOBODY }, { slug, filter, after }, connection);
  return connection;
}

const summary = (messages: JsonObject[]): string[] =>
  messages.filter(({ event }) => event !== "ready").map(({ event, id }) => `${event} ${Number(String(id).slice(-3))}`);

test("rows enter, change and leave as the rule and the filter have it, without hidden fields", async () => {
  const ann = await listen("notes", userOf("ann"), { rank: { _gt: 1 } });
  const admin = await listen("notes", ADMIN);
  await world.write("notes", id(1), { text: "a", rank: 1, who: "ann", secret: "s" });
  await world.write("notes", id(1), { rank: 2 });
  await world.write("notes", id(2), { text: "b", rank: 5, who: "bob", secret: "s" });
  await world.write("notes", id(1), { text: "aa" });
  await world.write("notes", id(1), { secret: "hidden change" });
  await world.write("notes", id(1), { who: "bob" });
  await world.write("notes", id(2), { who: "ann" });
  await world.write("notes", id(2), null);
  await admin.until(({ event, id: of }) => event === "leave" && of === id(2));
  expect(summary(ann.messages)).toEqual(["enter 1", "update 1", "leave 1", "enter 2", "leave 2"]);
  expect(summary(admin.messages)).toHaveLength(8);
  expect(JSON.stringify(ann.messages)).not.toContain("secret");
  expect(ann.messages[1]!.data).toEqual({ id: id(1), text: "a", rank: 2, who: "ann" });
  expect(JSON.stringify(admin.messages)).toContain("hidden change");
});

test("who resumes gets what was missed, once, whether from memory or from the log", async () => {
  const first = await listen("notes", ADMIN);
  await world.write("notes", id(3), { text: "c" });
  await first.until(({ id: of }) => of === id(3));
  first.end();
  for (let i = 10; i < 30; i++) await world.write("notes", id(i), { rank: i });
  const second = await listen("notes", ADMIN, undefined, first.position);
  await world.write("notes", id(30), { rank: 30 });
  await second.until(({ id: of }) => of === id(30));
  expect(summary(second.messages)).toEqual(Array.from({ length: 21 }, (_, i) => `enter ${i + 10}`));
  const broker = world.startBroker();
  const old = await listen("notes", ADMIN, undefined, "0", undefined, broker);
  await world.write("notes", id(31), {});
  await old.until(({ id: of }) => of === id(31));
  expect(summary(old.messages).filter((text) => text === "enter 30" || text === "enter 31")).toEqual([
    "enter 30",
    "enter 31",
  ]);
  const { collectionId } = world.log.changes.at(-1)!;
  const notes = world.log.changes.filter((change) => change.collectionId === collectionId);
  expect(summary(old.messages)).toHaveLength(notes.length);
  broker.close();
});

test("a position that is no longer kept is said to be gone, and the stream goes on", async () => {
  world.log.oldest = 3;
  // Changes in memory survive the trimming, so the test uses a process that has just started.
  const broker = world.startBroker();
  const late = await listen("notes", ADMIN, undefined, "1", undefined, broker);
  await world.write("notes", id(40), {});
  await late.until(({ id: of }) => of === id(40));
  expect(late.messages.map(({ event }) => event)).toEqual(["ready", "gone", "enter"]);
  world.log.oldest = 0;
  broker.close();
});

test("a rule that reaches through a relation follows the related item", async () => {
  const ann = await listen("cards", userOf("ann"));
  await world.write("teams", id(50), { lead: "ann" });
  await world.write("teams", id(51), { lead: "bob" });
  await world.write("cards", id(52), { text: "x", team: id(50) });
  await ann.until(({ event }) => event === "enter");
  await world.write("cards", id(53), { text: "y", team: id(51) });
  await world.write("teams", id(51), { lead: "ann" });
  await ann.until(({ event, id: of }) => event === "enter" && of === id(53));
  await world.write("teams", id(50), { lead: "carol" });
  await ann.until(({ event, id: of }) => event === "leave" && of === id(52));
  await world.write("cards", id(53), { team: null });
  await ann.until(({ event, id: of }) => event === "leave" && of === id(53));
  expect(summary(ann.messages)).toEqual(["enter 52", "enter 53", "leave 52", "leave 53"]);
});

test("who resumes is shown no item as it was beside related items as they are", async () => {
  const ann = userOf("ann");
  await world.write("teams", id(80), { lead: "bob" });
  await world.write("cards", id(81), { text: "draft", team: id(80) });
  const first = await listen("cards", ann);
  first.end();
  await world.write("cards", id(81), { text: "not for ann" });
  await world.write("cards", id(81), { text: "for all" });
  await world.write("teams", id(80), { lead: "ann" });
  const second = await listen("cards", ann, undefined, first.position);
  await second.until(({ id: of }) => of === id(81));
  expect(summary(second.messages)).toEqual(["enter 81"]);
  expect(JSON.stringify(second.messages)).not.toContain("not for ann");
});

test("a client that reconnects under other rights gets a reset", async () => {
  const cat = userOf("cat");
  const first = await listen("notes", cat);
  const { position } = first.messages[0]!;
  first.end();
  const again = await listen("notes", cat, undefined, position as string);
  const admin = await listen("notes", { ...ADMIN, id: "key" }, undefined, position as string);
  expect(again.messages.map(({ event }) => event)).toEqual(["ready"]);
  expect(admin.messages.map(({ event }) => event)).toEqual(["ready", "reset"]);
});

test("a new rule takes effect on what is open, also where it takes everything away", async () => {
  const eve = userOf("eve");
  const connection = await listen("notes", { ...eve, roles: ["public", "authenticated"] });
  const rule = createRuleSchema.parse({ role: "authenticated", collection: "notes", action: "read" });
  const { id: ruleId } = await createRule(await world.ctx(), rule);
  await connection.until(({ event }) => event === "reset");
  await world.write("notes", id(60), { who: "bob" });
  await connection.until(({ id: of }) => of === id(60));
  const deny = createRuleSchema.parse({ role: "authenticated", collection: "notes", action: "read", effect: "deny" });
  const { id: denyId } = await createRule(await world.ctx(), deny);
  expect(await connection.until(({ event }) => event === "closed")).toMatchObject({ code: "FORBIDDEN" });
  expect(connection.closed).toBe(true);
  await deleteRule(await world.ctx(), denyId);
  await deleteRule(await world.ctx(), ruleId);
});

test("a slow reader is cut off, resumes, and has everything once", async () => {
  const seen: JsonObject[] = [];
  let connection = await listen("notes", ADMIN, undefined, undefined, 5);
  for (let i = 70; i < 90; i++) await world.write("notes", id(i), { rank: i });
  for (let i = 0; i < 20 && seen.length < 20; i++) {
    await Bun.sleep(30);
    connection.end();
    seen.push(...connection.messages.filter(({ event }) => event !== "ready"));
    connection = await listen("notes", ADMIN, undefined, connection.position, 5);
  }
  expect(summary(seen)).toEqual(Array.from({ length: 20 }, (_, i) => `enter ${i + 70}`));
});
