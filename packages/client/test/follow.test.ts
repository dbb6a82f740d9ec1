import { expect, test } from "bun:test";
import { checksum } from "../src/items/checksum.ts";
import { followLive } from "../src/items/live.ts";
import { followItems } from "../src/items/subscribe.ts";
import type { Message, StreamSink, Transport } from "../src/transport.ts";
import { PlinthClientError, type Subscription } from "../src/types.ts";
import { growing, pass, pauses, withoutWaiting } from "./support.ts";

withoutWaiting();

/** A transport that runs `each` at every connection. Resolves after `count` connections, with the stream closed. */
async function connections(
  count: number,
  subscribe: (transport: Transport) => Subscription,
  each: (sink: StreamSink, n: number) => number | undefined,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let made = 0;
  const subscription = subscribe(() => ({
    async connect(sink) {
      if (made === count) {
        done.resolve();
        return new Promise<never>(() => {});
      }
      return each(sink, made++);
    },
  }));
  await done.promise;
  subscription.close();
}

const items = (transport: Transport): Subscription => followItems(transport, "notes", {}, () => {});
const live = (transport: Transport): Subscription => followLive(transport, "notes", {}, () => {}, {});
const ready: Message = { event: "ready", position: "1" };
const entered: Message = { event: "enter", id: "a", data: {}, position: "2" };
const snapshot: Message = { event: "snapshot", rows: [], checksum: checksum([]) };

test("a result that never fits is asked for less and less often", async () => {
  await connections(5, live, (sink) => {
    expect(sink.take({ ...snapshot, checksum: "wrong" }, undefined)).toBe(false);
    return 0;
  });
  expect(pauses).toEqual(growing(5));
});

test("so is one whose differences never fit, though the whole does", async () => {
  await connections(5, live, (sink) => {
    expect(sink.take(snapshot, undefined)).toBe(true);
    pass(6000);
    expect(sink.take({ event: "diff", ops: [], checksum: "wrong" }, undefined)).toBe(false);
    return 0;
  });
  expect(pauses).toEqual(growing(5));
});

test("a misfit long ago is forgotten", async () => {
  await connections(3, live, (sink) => {
    pass(600_000);
    sink.take({ ...snapshot, checksum: "wrong" }, undefined);
    return 0;
  });
  expect(pauses).toEqual([375, 375, 375]);
});

test("a server that begins and breaks off is asked less and less often", async () => {
  await connections(5, items, (sink, n) => {
    sink.take(ready, "1");
    if (n % 2 === 0) return undefined;
    throw new TypeError("network");
  });
  expect(pauses).toEqual(growing(5));
});

test("a connection that has held begins anew", async () => {
  await connections(6, items, (sink, n) => {
    sink.take(ready, "1");
    if (n === 3) pass(6000);
    return undefined;
  });
  expect(pauses).toEqual([...growing(3), ...growing(3)]);
});

test("whom the server asks to come back at once does not wait", async () => {
  await connections(20, items, (sink) => {
    sink.take(entered, "2");
    return 0;
  });
  expect(pauses).toEqual([]);
});

test("a position that is always gone is not asked for without a pause", async () => {
  await connections(5, items, () => {
    throw new PlinthClientError("GONE", "gone", 410, { details: { next: "1" } });
  });
  expect(pauses).toEqual(growing(4));
});
