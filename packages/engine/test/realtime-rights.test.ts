import { afterAll, expect, test } from "bun:test";
import { createKey, createRule, createRuleSchema, deleteRule } from "../src/index.ts";
import { subscribeItems } from "../src/realtime/index.ts";
import { NOBODY, openRealtimeWorld, testConnection } from "./realtime-support.ts";
import { ADMIN, userOf } from "./transfer-support.ts";

/** What a read of the credentials of keys does before it is carried out. */
let beforeKeys: () => Promise<void> = async () => {};
/** What a read of the workspace's state does before it is answered. */
let afterState: () => Promise<void> = async () => {};

const world = await openRealtimeWorld();
await world.create({ slug: "notes", fields: [{ name: "text", type: "text" }] });
const ann = userOf("ann");
const run = world.driver.run;
world.driver.run = async (query) => {
  if (query.sql.includes("plinth_api_keys")) await beforeKeys();
  const result = await run.call(world.driver, query);
  if (query.sql.includes("plinth_workspaces")) await afterState();
  return result;
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
  const [entered, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  beforeKeys = () => {
    entered.resolve();
    return gate.promise;
  };
  const first = subscribers.checkRights(false);
  await entered.promise;
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

test("a check whose catalog was read before a change does not bring the older rights back", async () => {
  await losesItsRule();
  await subscribers.checkRights(false);
  const [entered, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  afterState = () => {
    entered.resolve();
    return gate.promise;
  };
  world.engine.catalogs.expire(ADMIN.workspaceId);
  const late = subscribers.checkRights(false);
  await entered.promise;
  afterState = async () => {};
  await losesItsRule();
  await subscribers.checkRights(false);
  let renewals = 0;
  beforeKeys = async () => void renewals++;
  // A further change begins, so the newer catalog is no longer in memory.
  world.engine.catalogs.forget(ADMIN.workspaceId);
  gate.resolve();
  await late;
  await subscribers.checkRights(false);
  expect(renewals).toBe(0);
});

test("who gets rights while the log is read late is sent nothing that happened before it had them", async () => {
  const rule = async (condition: object | null) =>
    createRule(
      await world.ctx(),
      createRuleSchema.parse({ role: "authenticated", collection: "notes", action: "read", condition }),
    );
  await rule({ text: { _eq: "open" } });
  const connection = testConnection();
  const grant = { principal: ann, credential: NOBODY };
  await subscribeItems(subscribers, await world.ctx(ann), grant, { slug: "notes" }, connection);
  const { read } = world.log;
  const [waiting, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  world.log.read = async (...args) => {
    waiting.resolve();
    await gate.promise;
    return read.apply(world.log, args);
  };
  await waiting.promise;
  const id = crypto.randomUUID();
  await world.write("notes", id, { text: "secret" });
  await world.write("notes", id, { text: "harmless" });
  await rule({ text: { _neq: "open" } });
  await subscribers.checkRights(false);
  gate.resolve();
  world.log.read = read;
  await connection.until(({ event }) => event === "reset");
  await world.write("notes", crypto.randomUUID(), { text: "later" });
  await connection.until((message) => JSON.stringify(message).includes("later"));
  expect(JSON.stringify(connection.messages)).not.toContain("secret");
  expect(JSON.stringify(connection.messages)).not.toContain("harmless");
});
