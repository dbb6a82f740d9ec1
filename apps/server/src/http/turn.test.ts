import { expect, test } from "bun:test";
import { TURN_MS, Turn } from "./turn.ts";

/** Keeps the event loop as busy as so many milliseconds of work. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("work that arrives at once is done in several turns, in its order, and others get in between", async () => {
  const order: string[] = [];
  const turn = new Turn(() => order.push("next"), TURN_MS);
  const works = Array.from({ length: 6 }, (_, i) =>
    turn.run(() => {
      busy(6);
      order.push(String(i));
    }),
  );
  setTimeout(() => order.push("other"), 0);
  await Promise.all(works);
  expect(order.filter((one) => one.length === 1)).toEqual(["0", "1", "2", "3", "4", "5"]);
  expect(order.indexOf("other")).toBeLessThan(order.indexOf("5"));
  expect(order.filter((one) => one === "next").length).toBeGreaterThan(1);
});

test("an error is that of its work alone", async () => {
  const turn = new Turn(() => {}, TURN_MS);
  turn.begin();
  busy(30);
  expect(turn.isOver).toBe(true);
  const failed = turn.run(() => {
    throw new Error("broken");
  });
  const done = turn.run(() => "done");
  await expect(failed).rejects.toThrow("broken");
  expect(await done).toBe("done");
});
