import { expect, test } from "bun:test";
import type { PostgresClient } from "../src/postgres-client.ts";
import { type Member, postgresPool } from "../src/postgres-pool.ts";

/** A pool of connections to nothing, over work that ends when the test ends it. */
function poolOf(max: number) {
  const client = { end: async () => {} } as unknown as PostgresClient;
  const pool = postgresPool({ max, open: () => client });
  const members: Member[] = [];
  const on = new Map<string, number>();
  const ends = new Map<string, () => void>();
  /** Names begin with their caller; `q` is quick work and `t` a transaction. */
  const start = (...names: string[]): void => {
    for (const name of names) {
      const caller = "qt".includes(name[0]!) ? undefined : name[0]!;
      void pool.use({ exclusive: name[0] === "t", caller }, (member) => {
        if (!members.includes(member)) members.push(member);
        on.set(name, members.indexOf(member));
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
    }
  };
  const end = async (...names: string[]): Promise<void> => {
    for (const name of names) ends.get(name)!();
    await Bun.sleep(0);
  };
  /** The connections that work of these kinds is on. */
  const connectionsOf = (letters: string): number[] => [
    ...new Set([...on].flatMap(([name, at]) => (letters.includes(name[0]!) ? [at] : []))),
  ];
  return { start, end, on, connectionsOf };
}

const named = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`);

test("slow reads of one caller leave connections to those of others", () => {
  const { start, on, connectionsOf } = poolOf(10);
  start(...named("a", 12), ...named("b", 3));
  expect(on.size).toBe(15);
  expect(connectionsOf("a")).toHaveLength(4);
  expect(connectionsOf("b")).toHaveLength(3);
  expect(connectionsOf("ab")).toHaveLength(7);
});

test("quick work never waits for slow reads", () => {
  const { start, connectionsOf } = poolOf(10);
  for (const letter of "abcdefg") start(...named(letter, 6));
  expect(connectionsOf("abcdefg")).toHaveLength(8);
  start("t1", ...named("q", 5));
  expect(connectionsOf("tq")).toHaveLength(2);
  expect(connectionsOf("abcdefgtq")).toHaveLength(10);
});

test("a transaction gets a connection beside slow reads, and nothing overtakes one that waits", async () => {
  const { start, end, on, connectionsOf } = poolOf(4);
  start(...named("a", 2), ...named("b", 2), "t1", "t2");
  expect(connectionsOf("ab")).toHaveLength(2);
  expect(connectionsOf("abt")).toHaveLength(4);
  start("t3", "q1");
  expect([on.has("t3"), on.has("q1")]).toEqual([false, false]);
  await end("t1");
  expect([on.has("t3"), on.has("q1")]).toEqual([true, false]);
  await end("t2");
  expect(on.has("q1")).toBe(true);
});

test("a slow read that waits for its share holds up nobody else", async () => {
  const { start, end, on } = poolOf(4);
  // Eight share a connection.
  start(...named("a", 9));
  expect(on.has("a8")).toBe(false);
  start("q1", "t1");
  expect([on.has("q1"), on.has("t1")]).toEqual([true, true]);
  await end("a0");
  expect(on.has("a8")).toBe(true);
});

test("where there are two connections, all work may use both", () => {
  const { start, on, connectionsOf } = poolOf(2);
  start(...named("a", 4), ...named("q", 4));
  expect(connectionsOf("aq")).toHaveLength(2);
  expect(on.size).toBe(8);
});
