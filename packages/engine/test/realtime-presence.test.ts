import { afterEach, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { subscribePresence } from "../src/realtime/index.ts";
import {
  NOBODY,
  openRealtimeWorld,
  type RealtimeWorld,
  type TestConnection,
  testConnection,
} from "./realtime-support.ts";
import { userOf } from "./transfer-support.ts";

let world: RealtimeWorld;
/** The number of roster statements that were run. */
let looks: number;
/** Holds back the next statement that begins like this: `before` it runs, or its answer. */
let hold: { prefix: string; before: boolean; reached: () => void; gate: Promise<void> } | undefined;

beforeEach(async () => {
  world = await openRealtimeWorld();
  looks = 0;
  const { run } = world.driver;
  world.driver.run = async (query) => {
    const { sql } = query;
    if (sql.startsWith("select member")) looks++;
    const held = hold && sql.startsWith(hold.prefix) ? hold : undefined;
    if (!held) return run(query);
    hold = undefined;
    if (held.before) {
      held.reached();
      await held.gate;
      return run(query);
    }
    const answer = await run(query);
    held.reached();
    await held.gate;
    return answer;
  };
});
afterEach(() => world.broker.close());

function holdNext(prefix: string, before: boolean) {
  const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  hold = { prefix, before, reached: reached.resolve, gate: gate.promise };
  return { reached: reached.promise, release: gate.resolve };
}

function join(id: string): { connection: TestConnection; joined: Promise<void> } {
  const connection = testConnection();
  const joined = (async () => {
    const subscribers = await world.broker.subscribersOf(userOf(id).workspaceId);
    const grant = { principal: userOf(id), credential: NOBODY };
    await subscribePresence(subscribers, await world.ctx(userOf(id)), grant, { name: "lobby" }, connection);
  })();
  return { connection, joined };
}

const rosters = ({ messages }: TestConnection): string[] =>
  messages.map(({ data }) => ((data as JsonObject).members as JsonObject[]).map(({ id }) => id).join());
const rows = () => world.driver.all({ sql: "select member from plinth_presence order by member", params: [] });

test("who leaves while it is being entered is not there", async () => {
  const subscribers = await world.broker.subscribersOf(userOf("ann").workspaceId);
  const held = holdNext("insert into plinth_presence", true);
  const { connection, joined } = join("ann");
  await held.reached;
  connection.end();
  await until(() => subscribers.size === 0);
  held.release();
  await joined;
  await until(async () => (await rows()).length === 0);
  const ben = join("ben");
  await ben.joined;
  expect(rosters(ben.connection)).toEqual(["ben"]);
});

test("a server that stops waits for whom it was just entering, and leaves nobody behind", async () => {
  const held = holdNext("insert into plinth_presence", true);
  const { joined } = join("ann");
  await held.reached;
  const closed = world.broker.close();
  held.release();
  await closed;
  expect(await rows()).toEqual([]);
  await joined;
});

test("who comes after the close is not entered", async () => {
  const subscribers = await world.broker.subscribersOf(userOf("ann").workspaceId);
  await subscribers.close();
  const connection = testConnection();
  const grant = { principal: userOf("ann"), credential: NOBODY };
  await subscribePresence(subscribers, await world.ctx(userOf("ann")), grant, { name: "lobby" }, connection);
  expect(await rows()).toEqual([]);
});

test("nobody gets a roster before it is in it", async () => {
  const held = holdNext("insert into plinth_presence", true);
  const ann = join("ann");
  await held.reached;
  const ben = join("ben");
  await ben.joined;
  expect([rosters(ann.connection), rosters(ben.connection)]).toEqual([[], ["ben"]]);
  held.release();
  await ann.joined;
  expect([rosters(ann.connection), rosters(ben.connection)]).toEqual([["ann,ben"], ["ben", "ann,ben"]]);
});

test("an older roster is never sent after a newer one", async () => {
  const held = holdNext("select member", false);
  const ann = join("ann");
  await held.reached;
  const ben = join("ben");
  await until(async () => (await rows()).length === 2);
  held.release();
  await Promise.all([ann.joined, ben.joined]);
  expect(rosters(ann.connection).at(-1)).toBe("ann,ben");
  expect(rosters(ben.connection)).toEqual(["ann,ben"]);
});

test("many who come at once are looked at together", async () => {
  const held = holdNext("select member", false);
  const first = join("u100");
  await held.reached;
  const others = Array.from({ length: 99 }, (_, i) => join(`u${i + 101}`));
  await until(async () => (await rows()).length === 100);
  held.release();
  await Promise.all([first, ...others].map(({ joined }) => joined));
  expect(looks).toBeLessThan(5);
  for (const { connection } of others) expect(rosters(connection).at(-1)!.split(",")).toHaveLength(100);
});
