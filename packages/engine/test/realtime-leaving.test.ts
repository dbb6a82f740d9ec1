import { expect, spyOn, test } from "bun:test";
import { type Hub, type Room, subscribeItems } from "../src/realtime/index.ts";
import { subscribeLive } from "../src/realtime/live/index.ts";
import { NOBODY, openRealtimeWorld, testOutlet } from "./realtime-support.ts";
import { ADMIN } from "./transfer-support.ts";

/** Many who leave at once, each of whom is told something else. */

const GROUPS = 100;
const world = await openRealtimeWorld();
await world.create({ slug: "notes", fields: [{ name: "rank", type: "integer" }] });
const scope = await world.scope(ADMIN);
const grant = { principal: ADMIN, credential: NOBODY };

const items = (room: Room, rank: number) =>
  subscribeItems(room, scope, grant, { slug: "notes", filter: { rank } }, testOutlet());
const live = (room: Room, rank: number) =>
  subscribeLive(room, scope, grant, { input: { collection: "notes", filter: { rank } } }, testOutlet());

/** How many entries of maps are gone through while the hub closes. */
async function entriesLookedAt(hub: Hub): Promise<number> {
  const looked = spyOn(Object.getPrototypeOf(new Map().entries()), "next");
  await hub.close();
  const { length } = looked.mock.calls;
  looked.mockRestore();
  return length;
}

test.each([
  ["item channels", items],
  ["live queries", live],
])("whoever leaves costs the same however many others there are: %s", async (_, follow) => {
  const hub = world.startHub();
  const room = await hub.room(ADMIN.workspaceId);
  for (let rank = 0; rank < GROUPS; rank++) await follow(room, rank);
  expect(room.size).toBe(GROUPS);
  expect(await entriesLookedAt(hub)).toBeLessThan(GROUPS);
});
