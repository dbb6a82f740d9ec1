/**
 * Money is moved by eight clients while the server or its database is killed, connections are cut, or the power: the sum stays, nothing that was acknowledged is missing,
 * and nothing happened twice. `BANK_TRANSFERS=20000 BANK_KILLS=5 bun test tests/bank` is the whole of it.
 */
import { expect } from "bun:test";
import { makeTransfers, runClients, type Tally, type Transfer } from "./clients.ts";
import { onEachDeployment, type Running } from "./deployments.ts";
import { failingDeployments } from "./failing-deployments.ts";

const CLIENTS = 8;
const ACCOUNTS = 20;
const BALANCE = 300;
const numberFrom = (name: string): number | undefined => (process.env[name] ? Number(process.env[name]) : undefined);
/** A bounded slice; workerd commits each batch to disk, which takes its time. */
const SLICE: Record<string, { transfers: number; kills: number }> = {
  SQLite: { transfers: 1500, kills: 2 },
  Postgres: { transfers: 1500, kills: 2 },
  D1: { transfers: 300, kills: 2 },
  "SQLite with power cuts": { transfers: 600, kills: 3 },
  "Postgres that is killed": { transfers: 600, kills: 1 },
  "Postgres with connection cuts": { transfers: 600, kills: 2 },
};

interface Item {
  id: string;
  [field: string]: unknown;
}

const sizeOf = (name: string) => ({
  transfers: numberFrom("BANK_TRANSFERS") ?? SLICE[name]!.transfers,
  kills: numberFrom("BANK_KILLS") ?? SLICE[name]!.kills,
});

await onEachDeployment(
  "the bank",
  (name) => `${sizeOf(name).transfers} transfers, ${sizeOf(name).kills} kills`,
  (name, running) => transferAll(name, running, sizeOf(name).transfers, sizeOf(name).kills),
  failingDeployments,
);

async function transferAll(name: string, running: Running, count: number, kills: number): Promise<void> {
  const { headers, accounts } = await openBank(running);
  const transfers = makeTransfers(count, accounts, seeded(count));
  const began = performance.now();
  let killed = 0;
  let down: Promise<void> = Promise.resolve();
  const tally = await runClients(running.url, headers, transfers, CLIENTS, (done) => {
    if (killed < kills && done >= ((killed + 1) * count) / (kills + 1)) {
      killed++;
      down = down.then(() => running.killAndRestart());
    }
  });
  await down;
  const seconds = (performance.now() - began) / 1000;
  expect(killed).toBe(kills);
  await audit(running.url, headers, transfers, tally);
  const rate = (count / seconds).toFixed(0);
  console.log(
    `bank on ${name}: ${count} transfers by ${CLIENTS} clients in ${seconds.toFixed(1)} s (${rate}/s), ` +
      `${killed} kills, ${tally.acknowledged.size} acknowledged, ` +
      `${tally.refused.size} refused by the guard, ${tally.dropped} dropped by the client, ${tally.retries} retries, ${tally.unknown} unknown outcomes, ${tally.replays} replays`,
  );
}

async function openBank({ url, setupToken }: Running) {
  const call = async (path: string, body: unknown, headers: Record<string, string>) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} gave ${response.status} ${await response.text()}`);
    return (await response.json()) as { token: string; data: Item & Item[] };
  };
  const person = { name: "Banker", email: "banker@bank.test", password: "correct horse battery" };
  const { token } = await call("/api/auth/sign-up/email", person, { "x-plinth-setup-token": setupToken });
  const key = await call("/api/keys", { name: "bank", kind: "secret" }, { authorization: `Bearer ${token}` });
  const headers = { "x-api-key": String(key.data.key) };
  await call("/api/collections", { slug: "accounts", fields: [{ name: "balance", type: "integer" }] }, headers);
  const account = { type: "relation", to: "accounts", required: true };
  // `ref` is not unique: that a transfer happens once must not hang on it.
  const fields = [
    { name: "ref", type: "text", required: true },
    { name: "from", ...account },
    { name: "to", ...account },
    { name: "amount", type: "integer", required: true },
  ];
  await call("/api/collections", { slug: "transfers", fields }, headers);
  const rows = Array.from({ length: ACCOUNTS }, () => ({ balance: BALANCE }));
  const made = await call("/api/items/accounts", rows, headers);
  return { headers, accounts: made.data.map((row: Item) => row.id) };
}

async function audit(url: string, headers: Record<string, string>, transfers: readonly Transfer[], tally: Tally) {
  const accounts = await everything(url, "accounts", headers);
  const log = await everything(url, "transfers", headers);
  const balances = new Map(accounts.map(({ id, balance }) => [id, balance as number]));
  expect([...balances.values()].reduce((sum, balance) => sum + balance, 0)).toBe(ACCOUNTS * BALANCE);
  expect([...balances.values()].filter((balance) => balance < 0)).toEqual([]);

  expect(tally.acknowledged.size + tally.refused.size).toBe(transfers.length);
  const happened = new Map(log.map(({ ref, id }) => [ref as string, id]));
  expect(log.length).toBe(happened.size);
  expect(happened.size).toBe(tally.acknowledged.size);
  for (const [ref, id] of tally.acknowledged) expect({ ref, id: happened.get(ref) }).toEqual({ ref, id });

  const meant = new Map(transfers.map((transfer) => [transfer.ref, transfer]));
  const replayed = new Map(accounts.map(({ id }) => [id, BALANCE]));
  for (const { ref, from, to, amount } of log) {
    expect({ ref, from, to, amount }).toMatchObject(pick(meant.get(ref as string)!));
    replayed.set(from as string, replayed.get(from as string)! - (amount as number));
    replayed.set(to as string, replayed.get(to as string)! + (amount as number));
  }
  expect(balances).toEqual(replayed);
}

const pick = ({ ref, from, to, amount }: Transfer) => ({ ref, from, to, amount });

async function everything(url: string, slug: string, headers: Record<string, string>): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const response = await fetch(`${url}/api/items/${slug}?sort=id&limit=1000&cursor=${encodeURIComponent(cursor)}`, {
      headers,
    });
    const page = (await response.json()) as { data: Item[]; next_cursor: string | null };
    found.push(...page.data);
    cursor = page.next_cursor;
  }
  return found;
}

/** The same transfers in every run of the same size. */
function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
