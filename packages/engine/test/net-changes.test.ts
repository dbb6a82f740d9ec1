import { describe, expect, test } from "bun:test";
import type { Change, ChangeReader } from "@plinth/core";
import { netChanges, netReader } from "../src/realtime/net-changes.ts";

let seq = 0;
function change(write: string | null, item: string, operation: Change["operation"], n = ++seq): Change {
  const row = (value: number) => ({ id: item, n: value });
  return {
    position: String(++seq).padStart(6, "0"),
    workspaceId: "w",
    collectionId: "c",
    item,
    operation,
    before: operation === "insert" ? null : row(n - 1),
    after: operation === "delete" ? null : row(n),
    actor: null,
    requestId: write,
    at: "2024-05-01T10:00:00.000Z",
  };
}

const brief = (changes: readonly Change[]) =>
  changes.map(({ item, operation, before, after }) => [item, operation, before?.n ?? null, after?.n ?? null]);

describe("the net changes of a write", () => {
  test("an item has one, from before the write to after it", () => {
    const changes = [
      change("r1", "a", "update", 5),
      change("r1", "b", "insert", 1),
      change("r1", "a", "delete", 6),
      change("r1", "c", "insert", 1),
      change("r1", "b", "update", 2),
      change("r1", "c", "delete", 2),
    ];
    expect(brief(netChanges(changes))).toEqual([
      ["a", "delete", 4, null],
      ["b", "insert", null, 2],
    ]);
  });

  test("changes of different writes, of none, and of an item that is made again stay apart", () => {
    const changes = [
      change("r1", "a", "update"),
      change("r2", "a", "update"),
      change(null, "a", "update"),
      change(null, "a", "update"),
      change("r3", "a", "delete"),
      change("r3", "a", "insert"),
    ];
    expect(netChanges(changes)).toBe(changes);
  });
});

describe("a reader of whole writes", () => {
  const log = [
    change("r1", "a", "update", 2),
    change("r2", "b", "update", 2),
    change("r2", "c", "insert", 1),
    change("r2", "b", "delete", 3),
    change("r3", "d", "insert", 1),
    change(null, "e", "insert", 1),
  ];
  const raw: ChangeReader = {
    head: async () => log.at(-1)!.position,
    async read(_, after, { limit }) {
      const rest = log.filter(({ position }) => position > after);
      const changes = rest.slice(0, limit);
      return { changes, next: changes.at(-1)?.position ?? after, more: rest.length > limit };
    },
  };

  test.each([1, 2, 3, 4, 5, 6, 100])("tells the same by pages of %i", async (limit) => {
    const read: Change[] = [];
    let after = "";
    for (let more = true, turns = 0; more; turns++) {
      if (turns > 20) throw new Error("it does not end");
      const page = await netReader(raw).read("w", after, { limit });
      read.push(...page.changes);
      ({ next: after, more } = page);
    }
    expect(brief(read)).toEqual([
      ["a", "update", 1, 2],
      ["c", "insert", null, 1],
      ["b", "delete", 1, null],
      ["d", "insert", null, 1],
      ["e", "insert", null, 1],
    ]);
    expect(after).toBe(log.at(-1)!.position);
  });

  test("joins no more of a write than memory has room for, and says that it goes on", async () => {
    const text = "x".repeat(2_000_000);
    const large = Array.from({ length: 40 }, (_, i) => ({
      ...change("r1", `item ${i}`, "insert"),
      after: { id: `item ${i}`, text },
    }));
    const reader: ChangeReader = {
      head: async () => large.at(-1)!.position,
      async read(_, after, { limit }) {
        const rest = large.filter(({ position }) => position > after);
        const changes = rest.slice(0, limit);
        return { changes, next: changes.at(-1)?.position ?? after, more: rest.length > limit };
      },
    };
    const sizes: number[] = [];
    let after = "";
    for (let more = true; more; ) {
      const page = await netReader(reader).read("w", after, { limit: 2 });
      sizes.push(page.changes.length);
      expect(page.partial).toBe(page.more);
      ({ next: after, more } = page);
    }
    expect(sizes).toEqual([10, 10, 10, 10]);
  });
});
