/**
 * Keys, rules and messages are made by four clients while the server is killed: each is there once, and is the one that
 * its client got in the answer. Without an idempotency key any of them could be there twice.
 */
import { expect } from "bun:test";
import { onEachDeployment, type Running } from "./deployments.ts";
import { openKey } from "./open-key.ts";

const CLIENTS = 4;
const EACH = 60;
const KILLS = 2;
/** One request in so many is given up after a moment, as on a bad line. */
const DROP_EVERY = 10;

await onEachDeployment("what is made once", () => `${3 * EACH} writes, ${KILLS} kills`, makeAll);

interface Made {
  readonly path: string;
  readonly body: object;
  readonly n: number;
}

interface ReceivedAnswer {
  id?: string;
  key?: string;
}

const CHANNEL = "/api/realtime/channels/made";

const writes: Made[] = Array.from({ length: EACH }, (_, n) => [
  { path: "/api/keys", body: { name: `key-${n}`, kind: "publishable" }, n },
  { path: "/api/permissions", body: { role: "public", collection: "*", action: "read", condition: { version: n } }, n },
  { path: CHANNEL, body: { data: n }, n },
]).flat();

async function makeAll(name: string, running: Running): Promise<void> {
  const headers = await openKey(running);
  const read = async (path: string) => (await (await fetch(running.url + path, { headers })).json()) as Answer;
  const { next } = await read(`${CHANNEL}?poll=1`);
  const answers = new Map<Made, ReceivedAnswer>();
  const tally = { retries: 0, replays: 0 };
  const queue = [...writes].reverse();
  let killed = 0;
  let down = Promise.resolve();
  const client = async (): Promise<void> => {
    for (let write = queue.pop(); write; write = queue.pop()) {
      answers.set(write, await insist(running.url + write.path, write, headers, tally));
      if (killed < KILLS && answers.size >= ((killed + 1) * writes.length) / (KILLS + 1)) {
        killed++;
        down = down.then(() => running.killAndRestart());
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await down;
  expect(killed).toBe(KILLS);

  const answersOf = (path: string) => [...answers].filter(([write]) => write.path === path);
  const keys = (await read("/api/keys?limit=200")).data.filter((key) => String(key.name).startsWith("key-"));
  expect(sorted(keys)).toEqual(sorted(answersOf("/api/keys").map(([, { id }]) => ({ id }))));
  expect(new Set(keys.map((key) => key.name)).size).toBe(EACH);
  for (const [, { key }] of answersOf("/api/keys").slice(0, 10)) {
    expect((await fetch(`${running.url}/api/me`, { headers: { "x-api-key": key! } })).status).toBe(200);
  }
  const { data: rules } = await read("/api/permissions");
  expect(sorted(rules)).toEqual(sorted(answersOf("/api/permissions").map(([, { id }]) => ({ id }))));
  await insist(running.url + CHANNEL, { path: CHANNEL, body: { data: "end" }, n: EACH }, headers, tally);
  expect((await messagesSince(next!, read)).sort((a, b) => a - b)).toEqual(Array.from({ length: EACH }, (_, n) => n));
  console.log(`${name}: ${writes.length} made, ${killed} kills, ${tally.retries} retries, ${tally.replays} replays`);
}

interface Answer {
  data: Record<string, unknown>[];
  next?: string;
}

const sorted = (rows: { id?: unknown }[]): unknown[] => rows.map(({ id }) => id).sort();

/** Sends it until there is an answer. */
async function insist(url: string, { body }: Made, headers: Record<string, string>, tally: Record<string, number>) {
  const key = `"${crypto.randomUUID()}"`;
  for (const end = Date.now() + 300_000; Date.now() < end; tally.retries!++) {
    const drop = Math.random() < 1 / DROP_EVERY;
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(drop ? 1 + Math.random() * 8 : 60_000),
    }).catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (text !== undefined && response!.ok) {
      if (response!.headers.get("idempotency-replayed")) tally.replays!++;
      return (JSON.parse(text) as { data: ReceivedAnswer }).data;
    }
    if (text !== undefined && response!.status !== 409 && response!.status !== 503)
      throw new Error(`${url} gave ${response!.status} ${text}`);
    await Bun.sleep(50);
  }
  throw new Error(`${url} gave no answer`);
}

/** What the channel sent from there on, up to its end. */
async function messagesSince(after: string, read: (path: string) => Promise<Answer>): Promise<number[]> {
  const answers: unknown[] = [];
  for (let next = after; answers.at(-1) !== "end"; ) {
    const page = await read(`${CHANNEL}?poll=1&after=${encodeURIComponent(next)}`);
    answers.push(...page.data.map(({ data }) => data));
    next = page.next!;
  }
  return answers.slice(0, -1) as number[];
}
