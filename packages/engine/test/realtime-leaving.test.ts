import { expect, spyOn, test } from "bun:test";
import { type SubscriptionBroker, subscribeItems, type WorkspaceSubscribers } from "../src/realtime/index.ts";
import { subscribeLive } from "../src/realtime/live/index.ts";
import { NOBODY, openRealtimeWorld, testConnection } from "./realtime-support.ts";
import { ADMIN } from "./transfer-support.ts";

/** Many subscribers that leave at once, each with a different last message. */

const GROUPS = 100;
const world = await openRealtimeWorld();
await world.create({ slug: "notes", fields: [{ name: "rank", type: "integer" }] });
const ctx = await world.ctx(ADMIN);
const grant = { principal: ADMIN, credential: NOBODY };

const items = (subscribers: WorkspaceSubscribers, rank: number) =>
  subscribeItems(subscribers, ctx, grant, { slug: "notes", filter: { rank } }, testConnection());
const live = (subscribers: WorkspaceSubscribers, rank: number) =>
  subscribeLive(subscribers, ctx, grant, { input: { collection: "notes", filter: { rank } } }, testConnection());

/** The number of map entries visited while the broker closes. */
async function entriesLookedAt(broker: SubscriptionBroker): Promise<number> {
  const looked = spyOn(Object.getPrototypeOf(new Map().entries()), "next");
  await broker.close();
  const { length } = looked.mock.calls;
  looked.mockRestore();
  return length;
}

test.each([
  ["item channels", items],
  ["live queries", live],
])("a subscriber that leaves costs the same however many others there are: %s", async (_, follow) => {
  const broker = world.startBroker();
  const subscribers = await broker.subscribersOf(ADMIN.workspaceId);
  for (let rank = 0; rank < GROUPS; rank++) await follow(subscribers, rank);
  expect(subscribers.size).toBe(GROUPS);
  expect(await entriesLookedAt(broker)).toBeLessThan(GROUPS);
});
