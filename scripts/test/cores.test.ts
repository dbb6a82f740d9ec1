import { expect, test } from "bun:test";
import { type CoreTimes, coreTimes, usedShare, whenIdle } from "./cores.ts";

test("the cores have been busy for a part of their time", () => {
  const { busy, all } = coreTimes();
  expect(busy).toBeGreaterThan(0);
  expect(all).toBeGreaterThan(busy);
  expect(usedShare({ busy: 10, all: 100 }, { busy: 40, all: 140 })).toBe(0.75);
});

test("one more job is asked for after a look at idle cores, and not before", async () => {
  const looks: CoreTimes[] = [
    { busy: 0, all: 0 },
    { busy: 10, all: 10 },
    { busy: 19, all: 20 },
    { busy: 22, all: 30 },
  ];
  await whenIdle(() => looks.shift()!, 1);
  expect(looks).toEqual([]);
});
