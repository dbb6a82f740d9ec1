import { afterAll, expect, test } from "bun:test";
import { createKey, createRule, createRuleSchema, deleteRule } from "../src/index.ts";
import { subscribeItems } from "../src/realtime/index.ts";
import { NOBODY, openRealtimeWorld, testConnection } from "./realtime-support.ts";
import { ADMIN, userOf } from "./transfer-support.ts";

/** What a read of the credentials of keys does before it is carried out. */
let beforeKeys: () => Promise<void> = async () => {};

const world = await openRealtimeWorld();
await world.create({ slug: "notes", fields: [{ name: "text", type: "text" }] });
const ann = userOf("ann");
const run = world.driver.run;
world.driver.run = async (query) => {
  if (query.sql.includes("plinth_api_keys")) await beforeKeys();
  return run.call(world.driver, query);
};
const subscribers = await world.broker.subscribersOf(ADMIN.workspaceId);

afterAll(() => world.broker.close());

/** A reader whose rule has just been deleted, and one whose key is read when rights are renewed. */
async function losesItsRule() {
  const { id } = await createRule(
    await world.ctx(),
    createRuleSchema.parse({ role: "authenticated", collection: "notes", action: "read" }),
  );
  const connection = testConnection();
  await subscribeItems(
    subscribers,
    await world.ctx(ann),
    { principal: ann, credential: NOBODY },
    { slug: "notes" },
    connection,
  );
  const key = await createKey(await world.ctx(), { name: "reader", kind: "secret" });
  await subscribeItems(
    subscribers,
    await world.ctx(),
    { principal: ADMIN, credential: { kind: "key", id: key.id, version: 1 } },
    { slug: "notes" },
    testConnection(),
  );
  await deleteRule(await world.ctx(), id);
  return connection;
}

test("a check of rights ends after the renewal that another check has begun", async () => {
  const connection = await losesItsRule();
  const gate = Promise.withResolvers<void>();
  beforeKeys = () => gate.promise;
  const first = subscribers.checkRights(false);
  await Bun.sleep(1);
  const second = subscribers.checkRights(false);
  setTimeout(gate.resolve, 5);
  await second;
  expect(connection.closed).toBe(true);
  await first;
});

test("rights that could not be renewed are renewed by the next check", async () => {
  const connection = await losesItsRule();
  beforeKeys = () => Promise.reject(new Error("the database is away"));
  await expect(subscribers.checkRights(false)).rejects.toThrow("Failed query");
  beforeKeys = async () => {};
  await subscribers.checkRights(false);
  expect(connection.closed).toBe(true);
});
