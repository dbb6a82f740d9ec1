import { expect, test } from "bun:test";
import { createUploadQueue, type SendOptions } from "./upload-queue.ts";

interface Sending extends SendOptions {
  readonly path: string;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

/** A queue whose uploads end when the test says so. */
function queueOf() {
  const sending: Sending[] = [];
  let idle = 0;
  const forgotten: string[] = [];
  const queue = createUploadQueue({
    send: (path, _, options) =>
      new Promise<void>((resolve, reject) => {
        options.signal.addEventListener("abort", () => reject(new Error("aborted")));
        sending.push({ ...options, path, done: resolve, fail: reject });
      }),
    isThere: (error) => (error as Error).message === "there",
    forget: (uploadId) => void forgotten.push(uploadId),
    onIdle: () => void idle++,
  });
  const add = (...paths: string[]) => queue.add(paths.map((path) => ({ path, file: new File(["12345"], path) })));
  const states = () => queue.list().map(({ path, state }) => `${path} ${state}`);
  return {
    queue,
    sending,
    forgotten,
    add,
    states,
    idle: () => idle,
    turn: () => new Promise((resolve) => setTimeout(resolve)),
  };
}

test("three are sent at once, the others wait", async () => {
  const { add, sending, states, idle, turn } = queueOf();
  add("a", "b", "c", "d");
  expect(states()).toEqual(["a sending", "b sending", "c sending", "d waiting"]);
  sending[1]!.done();
  await turn();
  expect(states()).toEqual(["a sending", "b stored", "c sending", "d sending"]);
  for (const one of sending) one.done();
  await turn();
  expect([states().every((state) => state.endsWith("stored")), idle()]).toEqual([true, 1]);
});

test("listeners get the progress, and the list stays the same while there is none", () => {
  const { queue, add, sending } = queueOf();
  add("a");
  let told = 0;
  const stop = queue.subscribe(() => told++);
  const before = queue.list();
  expect(queue.list()).toBe(before);
  sending[0]!.onProgress({ bytes: 3, total: 5 });
  expect([queue.list()[0]!.sent, told]).toEqual([3, 1]);
  stop();
  sending[0]!.onProgress({ bytes: 4, total: 5 });
  expect(told).toBe(1);
});

test("one that is cancelled makes room for the next; those that wait are never sent", async () => {
  const { queue, add, sending, states, turn } = queueOf();
  add("a", "b", "c", "d", "e");
  const [a, , , , e] = queue.list();
  queue.cancel(e!.id);
  queue.cancel(a!.id);
  await turn();
  expect(states()).toEqual(["a cancelled", "b sending", "c sending", "d sending", "e cancelled"]);
  queue.cancelAll();
  await turn();
  expect(states().every((state) => state.endsWith("cancelled"))).toBe(true);
  expect(sending.map(({ path }) => path)).toEqual(["a", "b", "c", "d"]);
  queue.clear();
  expect(states()).toEqual([]);
});

test("a file that is there is replaced only when somebody says so", async () => {
  const { queue, add, sending, states, turn } = queueOf();
  add("a", "b");
  sending[0]!.fail(new Error("there"));
  sending[1]!.fail(new Error("no network"));
  await turn();
  expect(states()).toEqual(["a exists", "b failed"]);
  expect(queue.list()[1]!.error?.message).toBe("no network");
  for (const { id } of queue.list()) queue.repeat(id);
  expect(sending.map(({ path, replace }) => `${path} ${replace}`)).toEqual(["a false", "b false", "a true", "b false"]);
  expect(queue.list()[1]!.error).toBeUndefined();
});

test("a large one is paused and goes on with what the server has; one that is cancelled is forgotten there", async () => {
  const { queue, add, sending, forgotten, states, turn } = queueOf();
  add("a", "b", "c", "d");
  const [a, b] = queue.list();
  queue.pause(a!.id);
  await turn();
  expect(states()[0]).toBe("a sending");
  sending[0]!.onBegun("upload-a");
  sending[0]!.onProgress({ bytes: 3, total: 5 });
  queue.pause(a!.id);
  await turn();
  expect(states()).toEqual(["a paused", "b sending", "c sending", "d sending"]);
  expect(queue.list()[0]!.sent).toBe(3);
  sending[1]!.done();
  await turn();
  queue.resume(a!.id);
  expect([states()[0], sending.at(-1)!.resume]).toEqual(["a sending", "upload-a"]);
  expect(queue.list()[0]!.sent).toBe(3);
  queue.pause(a!.id);
  await turn();
  queue.cancel(a!.id);
  expect([states()[0], forgotten]).toEqual(["a cancelled", ["upload-a"]]);
  queue.repeat(a!.id);
  expect(sending.at(-1)!.resume).toBeUndefined();
  expect(b!.uploadId).toBeUndefined();
});
