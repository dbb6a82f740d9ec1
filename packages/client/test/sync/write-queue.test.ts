import { expect, test } from "bun:test";
import fc from "fast-check";
import type { QueuedWrite } from "../../src/sync/queue.ts";
import { WriteQueue } from "../../src/sync/write-queue.ts";

const write = (key: string, isFailed: boolean): QueuedWrite => ({
  key,
  at: "",
  operations: [],
  ...(isFailed && { error: { code: "FORBIDDEN", message: "", status: 403 } }),
});

test("writes are in the order of their keys, whatever is added, replaced and deleted, and a list that was read stays", () => {
  const step = fc.record({
    key: fc.integer({ min: 0, max: 30 }).map((n) => String(n).padStart(2, "0")),
    what: fc.constantFrom("wait", "fail", "delete"),
    read: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new WriteQueue();
      const model = new Map<string, QueuedWrite>();
      const seen: [readonly QueuedWrite[], readonly QueuedWrite[]][] = [];
      for (const { key, what, read } of steps) {
        const next = what === "delete" ? undefined : write(key, what === "fail");
        queue.set(key, next);
        if (next) model.set(key, next);
        else model.delete(key);
        const sorted = [...model.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
        const failed = sorted.filter(({ error }) => error).length;
        expect([queue.lastKey, queue.counts]).toEqual([sorted.at(-1)?.key, { queued: sorted.length - failed, failed }]);
        expect(queue.get(key)).toBe(next as never);
        if (read) seen.push([queue.all(), sorted]);
      }
      for (const [found, expected] of seen) expect(found).toEqual(expected);
    }),
  );
});
