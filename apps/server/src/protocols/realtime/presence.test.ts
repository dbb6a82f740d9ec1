import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

/** Two processes over one database: one with lasting streams, and one with bounded answers. */
const lasting = testApp();
let bounded: TestApp;
let ann: Record<string, string>;
let ben: Record<string, string>;

beforeAll(async () => {
  bounded = testApp({}, { driver: lasting.driver, streams: "buffered" });
  const admin = bearer(await lasting.signUp("admin@x.test"));
  const rule = { role: "authenticated", collection: "channel:{room}", action: "read" };
  await lasting.send("/api/permissions", rule, admin);
  ann = bearer(await lasting.signUp("ann@x.test"));
  ben = bearer(await lasting.signUp("ben@x.test"));
});
afterAll(async () => {
  await lasting.app.windDown();
  await lasting.app.close();
});

interface Member {
  id: string;
  since: string;
  connections: number;
}

/** All rosters that a subscriber receives, in order. */
async function watch(name: string) {
  const abort = new AbortController();
  const response = await lasting.call(`/api/realtime/presence/${name}`, { headers: ann, signal: abort.signal });
  const rosters: Member[][] = [];
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    let buffer = "";
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      buffer += piece.value;
      const blocks = buffer.split("\n\n");
      buffer = blocks.pop()!;
      for (const block of blocks) rosters.push(...membersIn(block));
    }
  })().catch(() => {});
  return {
    rosters,
    received: (count: number) =>
      until(
        () => rosters.length >= count,
        () => [`${count} rosters`, rosters],
      ),
    async stop() {
      await reader.cancel();
      await reading;
    },
  };
}

function membersIn(text: string): Member[][] {
  return [...text.matchAll(/^data: (\{"event":"presence".*\})$/gm)].map((match) => JSON.parse(match[1]!).data.members);
}

async function poll(path: string, headers: Record<string, string>) {
  const response = await bounded.call(`/api/realtime/presence/${path}`, { headers });
  return (await response.json()) as { data: { data: { members: Member[] } }[]; next: string };
}

/** Longer than any presence poll. */
const A_LOOK = 1300;

test("who polls stays there between two polls, and waits until something has changed", async () => {
  const watching = await watch("polled");
  await watching.received(1);
  const first = await poll("polled?poll=1", ben);
  expect(first.data[0]!.data.members).toHaveLength(2);
  await watching.received(2);
  await Bun.sleep(A_LOOK);
  const waiting = poll(`polled?poll=1&after=${first.next}`, ben);
  await Bun.sleep(A_LOOK);
  const third = await watch("polled");
  const { data, next } = await waiting;
  expect(data).toHaveLength(1);
  expect(data[0]!.data.members.map(({ connections }) => connections).toSorted()).toEqual([1, 2]);
  await watching.received(3);
  await Bun.sleep(A_LOOK);
  // Ben has neither left nor joined again.
  expect(watching.rosters.map((members) => members.length)).toEqual([1, 2, 2]);
  const since = watching.rosters
    .slice(1)
    .map((members) => members.find(({ id }) => id !== watching.rosters[0]![0]!.id));
  expect(since[1]).toEqual(since[0]!);
  expect(next).not.toBe(first.next);
  await Promise.all([watching.stop(), third.stop()]);
});

test("where an answer ends with its first message, the next one goes on", async () => {
  const watching = await watch("buffered");
  await watching.received(1);
  const first = await (await bounded.call("/api/realtime/presence/buffered", { headers: ben })).text();
  expect(membersIn(first)[0]).toHaveLength(2);
  expect(first).toEndWith("retry: 0\n\n");
  const id = /^id: (\S+)$/m.exec(first)![1]!;
  await watching.received(2);
  await Bun.sleep(A_LOOK);
  const second = bounded.call("/api/realtime/presence/buffered", { headers: { ...ben, "last-event-id": id } });
  await Bun.sleep(A_LOOK);
  expect(watching.rosters.map((members) => members.length)).toEqual([1, 2]);
  await watching.stop();
  expect(membersIn(await (await second).text()).map((members) => members.length)).toEqual([1]);
});

test("who stops listening is gone at once; whom the server sends away is kept for a while", async () => {
  const watching = await watch("left");
  await watching.received(1);
  const leaving = await lasting.call("/api/realtime/presence/left", { headers: ben });
  await watching.received(2);
  await leaving.body!.cancel();
  await watching.received(3);
  expect(watching.rosters.map((members) => members.length)).toEqual([1, 2, 1]);
  await lasting.app.windDown();
  const rows = await lasting.driver.all({ sql: "select until from plinth_presence where name = 'left'", params: [] });
  expect(rows).toHaveLength(1);
  const left = Number(rows[0]!.until) - Date.now();
  expect(left).toBeGreaterThan(5000);
  expect(left).toBeLessThan(20_000);
});

test("a position belongs to its caller, and a malformed one is refused", async () => {
  const { next } = await poll("own?poll=1", ben);
  const { data } = await poll(`own?poll=1&after=${next}`, ann);
  expect(data[0]!.data.members).toHaveLength(2);
  const refused = await lasting.call("/api/realtime/presence/own?poll=1&after=yesterday", { headers: ben });
  expect(await refusalIn(refused)).toEqual([422, "INVALID_CURSOR", "after"]);
});
