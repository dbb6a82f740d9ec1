import { expect, test } from "bun:test";
import type { Bus } from "@plinth/core";
import { announcer, METADATA_CHANGED } from "../src/kernel/announce.ts";
import { sqliteFiles } from "./files-world.ts";
import { quiet } from "./log-world.ts";

const open = sqliteFiles();

/** A bus between processes whose messages go out one by one, when the test lets them. */
function slowBus() {
  const sent: { message: string; done: () => void }[] = [];
  const bus: Bus = {
    name: "slow",
    crossProcess: true,
    publish: (_, message) => new Promise((resolve) => sent.push({ message, done: resolve })),
    subscribe: async () => () => {},
  };
  return { bus, sent };
}

test("who announces waits for one message that began later, whatever others announce meanwhile", async () => {
  const { bus, sent } = slowBus();
  const { announce } = announcer(bus, quiet);
  const settled: string[] = [];
  const note = (name: string, work: Promise<void>) => work.then(() => settled.push(name));
  const first = note("first", announce("w"));
  const second = note("second", announce("w"));
  const rules = note("rules", announce("w", METADATA_CHANGED));
  sent[0]!.done();
  await first;
  expect([settled, sent.map(({ message }) => message)]).toEqual([["first"], ["", METADATA_CHANGED]]);
  const third = note("third", announce("w"));
  sent[1]!.done();
  await Promise.all([second, rules]);
  expect(settled).toEqual(["first", "second", "rules"]);
  sent[2]!.done();
  await third;
  const again = note("again", announce("w"));
  sent[3]!.done();
  await again;
  expect(sent).toHaveLength(4);
});

test("a message that cannot be sent keeps none of the next from being sent", async () => {
  let failures = 0;
  const publish = async () => {
    failures++;
    throw new Error("the bus is away");
  };
  const bus: Bus = { name: "away", crossProcess: true, publish, subscribe: async () => () => {} };
  const { announce } = announcer(bus, quiet);
  await Promise.all([announce("w"), announce("w")]);
  await announce("w");
  expect(failures).toBe(3);
});

test("a file is stored while the bus does not answer", async () => {
  const { bus, sent } = slowBus();
  const deferred: Promise<unknown>[] = [];
  const opening = open({ bus });
  // Making the bucket is a change of the schema, which waits for its message.
  while (sent.length === 0) await Bun.sleep(1);
  sent[0]!.done();
  const { put, ctx } = await opening;
  const host = { defer: (work: Promise<unknown>) => void deferred.push(work) };
  expect((await put("x", {}, { ...(await ctx()), host })).created).toBe(true);
  expect(deferred).toHaveLength(1);
  sent[1]!.done();
  await Promise.all(deferred);
});
