import { beforeEach, expect, test } from "bun:test";
import { createClient } from "../src/index.ts";
import { growing, pass, pauses, withoutWaiting } from "./support.ts";

withoutWaiting();

let made: FakeSocket[];
/** How the server responds to a subscription on the nth socket. */
let onSubscribe: (socket: FakeSocket, ref: string) => void;
beforeEach(() => {
  made = [];
});

/** A socket that opens at once, and closes when the server or its owner closes it. */
class FakeSocket {
  readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  constructor() {
    made.push(this);
    queueMicrotask(() => {
      this.readyState = 1;
      this.onopen?.();
    });
  }
  send(text: string): void {
    const { ref, subscribe } = JSON.parse(text);
    if (subscribe) queueMicrotask(() => onSubscribe(this, ref));
  }
  push(ref: string): void {
    this.onmessage?.({ data: JSON.stringify({ ref, id: "1", data: { event: "ready", position: "1" } }) });
  }
  /** The closing handshake lasts until `closed`. */
  close(): void {
    this.readyState = 2;
  }
  closed(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

function client() {
  const WebSocket = FakeSocket as unknown as typeof globalThis.WebSocket;
  return createClient({ url: "http://server.test", transport: "websocket", WebSocket });
}

/** Follows until the server has closed `count` sockets and one more is open; `each` may move the clock. */
async function sockets(count: number, each: (n: number) => void): Promise<void> {
  const done = Promise.withResolvers<void>();
  onSubscribe = (socket, ref) => {
    if (made.length > count) return done.resolve();
    socket.push(ref);
    each(made.length - 1);
    socket.closed();
  };
  const subscription = client()
    .from("notes")
    .subscribe({}, () => {});
  await done.promise;
  subscription.close();
}

test("a server that takes sockets and closes them is asked less and less often", async () => {
  await sockets(5, () => {});
  expect(pauses).toEqual(growing(5));
});

test("a socket that has held begins anew", async () => {
  await sockets(6, (n) => {
    if (n === 3) pass(6000);
  });
  expect(pauses).toEqual([...growing(3), ...growing(3)]);
});

test("a client that follows something while an idle socket closes gets a new one", async () => {
  onSubscribe = (socket, ref) => socket.push(ref);
  const { subscribe } = client().from("notes");
  const first = subscribe({}, () => {});
  await first.ready;
  first.close();
  while (made[0]!.readyState === 1) await Bun.sleep(5);
  const second = subscribe({}, () => {});
  await second.ready;
  expect(made).toHaveLength(2);
  // The end of the old socket does not affect subscriptions on the new one.
  made[0]!.closed();
  expect(second.state).toBe("live");
  const third = subscribe({}, () => {});
  await third.ready;
  expect(made).toHaveLength(2);
  second.close();
  third.close();
});
