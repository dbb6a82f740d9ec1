import { expect, test } from "bun:test";
import type { RequestState } from "../context.ts";
import { type From, gate, requestFrom, warnings } from "../testing/admission-gate.ts";
import type { Handler } from "./route.ts";

/** All slots, by two callers. */
function fill(send: (name: string, from: From) => unknown): void {
  for (let i = 0; i < 4; i++) send(`f${i}`, { id: i % 2 ? "y" : "z" });
}

test("what finds no slot waits, and callers are served in turn", async () => {
  const { order, send, endOne } = gate(100);
  for (let i = 0; i < 6; i++) void send(`a${i}`, { id: "a" });
  expect(order).toEqual(["a0", "a1"]);
  for (let i = 0; i < 4; i++) void send(`b${i}`, { id: "b" });
  void send("s0", { address: "1.1.1.1" });
  void send("v0", { id: "c", workspace: "v" });
  expect(order.slice(2)).toEqual(["b0", "b1"]);
  // With two in progress, a5 leaves a slot free.
  for (let i = 0; i < 9; i++) await endOne();
  expect(order.slice(4)).toEqual(["v0", "a2", "s0", "b2", "a3", "a4", "b3", "a5"]);
});

test("one caller gets half of the slots, even while the others are free", async () => {
  const { admission, order, send, endOne } = gate(100);
  for (let i = 0; i < 3; i++) void send(`a${i}`, { id: "a" });
  void send("a3", { id: "a", workspace: "v" });
  expect(admission.figures().bulk).toMatchObject({ running: 2, waiting: 2 });
  void send("b0", { id: "b" });
  expect(order).toEqual(["a0", "a1", "b0"]);
  await endOne();
  expect(order).toHaveLength(4);
  expect(admission.figures().bulk).toMatchObject({ running: 3, waiting: 1 });
});

test("of files from other servers, one caller fetches a quarter at a time, and a workspace half", async () => {
  const { admission, order, send, endOne } = gate(100, "fetch");
  for (const id of ["a", "a", "a", "b", "b", "c"]) void send(id, { id });
  expect(order).toEqual(["a", "a", "b", "b"]);
  for (const id of ["v", "v", "v"]) void send(id, { id, workspace: "v" });
  expect(order.slice(4)).toEqual(["v", "v"]);
  expect(admission.figures().fetch).toMatchObject({ running: 6, waiting: 3 });
  await endOne();
  // Whoever has none yet comes first.
  expect(order.slice(6)).toEqual(["c"]);
});

test("all callers without credentials together get half of the slots", async () => {
  const { admission, order, send } = gate(100);
  for (let i = 0; i < 8; i++) void send(`s${i}`, { address: `1.1.1.${i}`, workspace: `w${i % 2}` });
  expect(admission.figures().bulk).toMatchObject({ running: 2, waiting: 6 });
  void send("a0", { id: "a" });
  expect(order).toEqual(["s0", "s1", "a0"]);
});

test("a full queue refuses the caller with the most in it, and says when to come back", async () => {
  const { admission, send } = gate(3);
  for (let i = 0; i < 5; i++) void send(`a${i}`, { id: "a" });
  for (let i = 0; i < 2; i++) void send(`b${i}`, { id: "b" });
  expect(await send("a5", { id: "a" })).toBe("OVERLOADED 1");
  const other = send("b2", { id: "b" });
  expect(await Promise.race([other, Bun.sleep(20)])).toBeUndefined();
  expect(admission.figures().bulk).toEqual({ running: 4, waiting: 3, refused: 2, dropped: 0 });
  expect(warnings).toEqual(["requests are refused because too many wait"]);
});

test("a request whose client leaves is dropped before it starts", async () => {
  const { admission, order, send, endOne } = gate(10);
  fill(send);
  const client = new AbortController();
  const left = send("b0", { id: "b", signal: client.signal });
  client.abort();
  expect(await left).toBe("499");
  expect(await send("b1", { id: "b", signal: AbortSignal.abort() })).toBe("499");
  await endOne();
  expect(order).not.toContain("b0");
  expect(admission.figures().bulk).toEqual({ running: 3, waiting: 0, refused: 0, dropped: 2 });
});

test("a client that has left before it waits takes nobody else out of the queue", async () => {
  const { admission, order, send, endOne } = gate(10);
  fill(send);
  void send("b0", { id: "b" });
  expect(await send("c0", { id: "c", signal: AbortSignal.abort() })).toBe("499");
  expect(admission.figures().bulk).toEqual({ running: 4, waiting: 1, refused: 0, dropped: 1 });
  await endOne();
  expect(order.at(-1)).toBe("b0");
});

test("a file whose reader is slow gives its slot back, and goes on before those that wait", async () => {
  const { admission, order, send, endOne } = gate(10);
  const slots: NonNullable<RequestState["slot"]>[] = [];
  const files: (() => void)[] = [];
  const file = (id: string) => {
    const context = requestFrom({ id });
    const handler: Handler = (c) => {
      c.env.streaming = new Promise<void>((resolve) => files.push(resolve));
      slots.push(c.env.slot!);
      return new Response("begins");
    };
    return admission.admitted("bulk", handler)(context);
  };
  for (const id of ["a", "b", "c", "d"]) await file(id);
  const first = send("first", { id: "e" });
  const second = send("second", { id: "f" });
  expect([admission.figures().bulk!.running, order]).toEqual([4, []]);
  slots[0]!.pause();
  expect([admission.figures().bulk!.running, order]).toEqual([4, ["first"]]);
  let goesOn = false;
  const resumed = slots[0]!.resume().then(() => (goesOn = true));
  await Bun.sleep(0);
  expect([goesOn, order]).toEqual([false, ["first"]]);
  await endOne();
  await resumed;
  expect([await first, order]).toEqual(["200", ["first"]]);
  // A file that ends while it is paused does not free its slot twice.
  slots[1]!.pause();
  expect(order).toEqual(["first", "second"]);
  files[1]!();
  await Bun.sleep(0);
  expect(admission.figures().bulk!.running).toBe(4);
  for (const end of files) end();
  await endOne();
  expect(await second).toBe("200");
  expect(admission.figures().bulk!.running).toBe(0);
});

test("not every file may be paused: each takes memory", async () => {
  const { admission, send } = gate(10);
  for (let i = 0; i < 32; i++) {
    const context = requestFrom({ id: `k${i}` });
    await admission.admitted("bulk", (c) => {
      c.env.streaming = new Promise(() => {});
      c.env.slot!.pause();
      return new Response("begins");
    })(context);
  }
  expect(admission.figures().bulk!.running).toBe(0);
  for (let i = 0; i < 4; i++) {
    await admission.admitted("bulk", (c) => {
      c.env.streaming = new Promise(() => {});
      c.env.slot!.pause();
      return new Response("begins");
    })(requestFrom({ id: `l${i}` }));
  }
  expect(admission.figures().bulk!.running).toBe(4);
  void send("waits", { id: "m" });
  expect(admission.figures().bulk!.waiting).toBe(1);
});

test("rows that a stream reads wait for a slot of lists, and are not read once its client has left", async () => {
  const { admission } = gate(100);
  const { promise: forever } = Promise.withResolvers<void>();
  // Those that find no slot are refused after the test has ended.
  const wait = (id: string) => admission.inSlot(requestFrom({ id }), "list", () => forever).catch(() => {});
  for (let i = 0; i < 40; i++) void wait(`k${i}`);
  const { running, waiting } = admission.figures().list!;
  expect([running + waiting, running > 0, waiting > 0]).toEqual([40, true, true]);
  const leaving = new AbortController();
  let isRead = false;
  const left = admission.inSlot(requestFrom({ id: "z", signal: leaving.signal }), "list", async () => {
    isRead = true;
  });
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: "OVERLOADED" });
  expect(isRead).toBe(false);
});
