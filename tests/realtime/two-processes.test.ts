import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { createClient, type ItemEvent, type Subscription } from "../../packages/client/src/index.ts";
import { build } from "../hosts/hosts.ts";
import { openLab } from "../matrix/lab.ts";
import { startRedis } from "../support/redis.ts";
import { type Pair, pairKinds } from "./pairs.ts";
import type { Server } from "./support.ts";
import { startWriter } from "./writer.ts";

/**
 * What one process writes reaches those who listen at the other, also while the bus between them is cut. A bounded slice;
 * `PLINTH_TEST_CUT_SECONDS=30 PLINTH_TEST_WRITES=400 bun test tests/realtime/two-processes.test.ts` is the whole of it.
 */
const CUT_SECONDS = Number(process.env.PLINTH_TEST_CUT_SECONDS ?? 4);
const WRITES = Number(process.env.PLINTH_TEST_WRITES ?? 60);
const RATE = Number(process.env.PLINTH_TEST_RATE ?? 60);
const FOLLOWERS = 4;

const lab = await openLab({ postgres: true });
const redis = await startRedis();
beforeAll(() => build("node"));
afterAll(async () => {
  await redis?.stop();
  await lab.close();
});

for (const { name, missing, open } of pairKinds(lab, redis)) {
  test.skipIf(missing !== undefined)(
    `${name}: writes reach the other process, and ${CUT_SECONDS} s without the bus lose and double nothing${missing ? ` — ${missing}` : ""}`,
    async () => {
      const pair = await open();
      try {
        await define(pair.both[0]);
        await measure(name, pair);
        await cutAndCompare(name, pair);
      } finally {
        await pair.mend();
        await pair.stop();
      }
    },
    300_000 + CUT_SECONDS * 4000,
  );
}

async function define(server: Server): Promise<void> {
  for (const slug of ["ticks", "jobs"]) {
    const fields = [
      { name: "rank", type: "integer" },
      { name: "sent", type: "number" },
    ];
    await server.ask("POST", "/api/collections", { slug, fields });
  }
}

/** One write after another, to each process in turn, while a stream and a live query listen at the other. */
async function measure(name: string, { both }: Pair): Promise<void> {
  const { secretKey } = both[0].account;
  const arrived = both.map(() => ({ stream: new Map<number, number>(), live: new Map<number, number>() }));
  const note = (seen: Map<number, number>, rank: number): void => {
    if (!seen.has(rank)) seen.set(rank, performance.now());
  };
  const listening = both.flatMap(({ url }, i): Subscription[] => {
    const client = createClient({ url, key: secretKey });
    const query = { sort: "-rank", limit: 5 };
    return [
      client.from("ticks").subscribe({}, (event) => {
        if (event.event === "enter") note(arrived[i]!.stream, Number(event.data.rank));
      }),
      client.from("ticks").live(query, (rows) => {
        for (const { rank } of rows) note(arrived[i]!.live, Number(rank));
      }),
    ];
  });
  await Promise.all(listening.map(({ ready }) => ready));
  const delays: Record<string, number[]> = { answer: [], stream: [], live: [] };
  for (let rank = 0; rank < WRITES; rank++) {
    const { stream, live } = arrived[(rank + 1) % 2]!;
    const begun = performance.now();
    await both[rank % 2]!.ask("POST", "/api/items/ticks", { rank }, { key: secretKey });
    delays.answer!.push(performance.now() - begun);
    await until(() => stream.has(rank) && live.has(rank), `write ${rank} is sent by the other process`);
    delays.stream!.push(stream.get(rank)! - begun);
    delays.live!.push(live.get(rank)! - begun);
    await Bun.sleep(Math.random() * 40);
  }
  for (const subscription of listening) subscription.close();
  const parts = Object.entries(delays).map(([what, list]) => `${what} ${figures(list)}`);
  console.log(`${name}, ${WRITES} writes, from the request to the other process: ${parts.join("; ")}`);
}

interface Follower {
  readonly events: { event: ItemEvent; at: number }[];
  readonly subscription: Subscription;
}

async function cutAndCompare(name: string, pair: Pair): Promise<void> {
  const { both } = pair;
  const { secretKey } = both[0].account;
  const start = (await both[0].ask("GET", "/api/realtime/items/jobs?poll=1")).next as string;
  const followers = both.flatMap(({ url }) =>
    Array.from({ length: FOLLOWERS }, (): Follower => {
      const events: Follower["events"] = [];
      const client = createClient({ url, key: secretKey });
      const subscription = client.from("jobs").subscribe({}, (event) => events.push({ event, at: Date.now() }));
      return { events, subscription };
    }),
  );
  const lives = both.flatMap(({ url }) =>
    ["-rank,id", "rank,-id"].map((sort, i) => {
      const held: { rows: readonly unknown[] } = { rows: [] };
      const query = { filter: { rank: { _lt: 50 + i * 25 } }, sort, limit: 10 };
      const subscription = createClient({ url, key: secretKey })
        .from("jobs")
        .live(query, (rows) => {
          held.rows = rows;
        });
      return { query, held, subscription };
    }),
  );
  await Promise.all([...followers, ...lives].map(({ subscription }) => subscription.ready));
  await until(async () => (await pair.listening()) === 2, "both processes listen");

  let servers: readonly Server[] = both;
  const writer = startWriter({
    servers: () => servers,
    secretKey,
    rate: RATE,
    collection: "jobs",
    row: () => ({ rank: Math.floor(Math.random() * 100), sent: Date.now() }),
  });
  await Bun.sleep(1000);
  servers = pair.writable;
  const begun = Date.now();
  pair.hang();
  await Bun.sleep(CUT_SECONDS * 500);
  await pair.cut();
  await until(async () => (await pair.listening()) < 2, "the bus is cut");
  await Bun.sleep(CUT_SECONDS * 500);
  const mended = Date.now();
  await pair.mend();
  servers = both;
  await until(async () => (await pair.listening()) === 2, "both processes listen again");
  await Bun.sleep(1000);
  const { done, refused } = await writer.stop();
  expect(refused).toEqual([]);

  const log = await readLog(both[1], start);
  expect(log.length).toBe(done);
  for (const { events } of followers) {
    const received = () => events.filter(({ event }) => event.event !== "ready").map(({ event }) => summary(event));
    await until(() => received().length >= log.length, "everything is sent").catch(() => {});
    expect(received()).toEqual(log);
  }
  for (const { query, held } of lives) {
    const { filter, ...rest } = query;
    const search = new URLSearchParams({ ...rest, limit: String(rest.limit), filter: JSON.stringify(filter) });
    const { data } = await both[0].ask("GET", `/api/items/jobs?${search}`);
    await until(() => Bun.deepEquals(held.rows, data), "a live query equals a fresh read").catch(() => {});
    expect(held.rows).toEqual(data);
  }
  const late = followers.flatMap(({ events }) => events.flatMap((received) => delayOf(received, begun, mended)));
  console.log(
    `${name}, ${(mended - begun) / 1000} s without the bus: ${done} writes, ${log.length * followers.length} events sent to ${followers.length} streams; those of the time of the cut after ${figures(late)}`,
  );
  for (const { subscription } of [...followers, ...lives]) subscription.close();
}

const EVENTS: Record<string, string> = { insert: "enter", update: "update", delete: "leave" };

/** The log's own part of a position; what follows it stands for the reader's rights. */
const summary = ({ position, event, ...rest }: ItemEvent): string =>
  `${position.split("~")[0]} ${event} ${"id" in rest ? rest.id : ""}`;

/** The log's content from a position on, in the words of the stream. */
async function readLog(server: Server, start: string): Promise<string[]> {
  const found: string[] = [];
  for (let after = start; ; ) {
    const page = await server.ask("GET", `/api/changes?collection=jobs&limit=500&after=${after}`);
    for (const { position, operation, item } of page.data) found.push(`${position} ${EVENTS[operation]} ${item}`);
    if (!page.more) return found;
    after = page.next;
  }
}

/** How long after its write an event came, where the write was made while the bus was cut. */
function delayOf({ event, at }: Follower["events"][number], from: number, to: number): number[] {
  if (event.event !== "enter" && event.event !== "update") return [];
  const sent = Number((event.data as { sent?: unknown }).sent);
  return sent >= from && sent < to ? [at - sent] : [];
}

function figures(list: number[]): string {
  const sorted = list.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(1) ?? "?";
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
