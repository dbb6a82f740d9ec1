/** Clients of the bank: each sends one transfer after another, and the same one again until it has an answer. */
import { randomUUID } from "node:crypto";

export interface Transfer {
  readonly ref: string;
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

export interface Tally {
  /** The id of the transfer's item, as it was acknowledged. */
  readonly acknowledged: Map<string, string>;
  readonly refused: Set<string>;
  retries: number;
  /** Answers that the outcome is unknown. */
  unknown: number;
  replays: number;
  /** Answers that the client did not wait for. */
  dropped: number;
}

/** One request in so many is given up after a moment, as on a bad line. */
const DROP_EVERY = 50;

export function makeTransfers(count: number, accounts: readonly string[], random: () => number): Transfer[] {
  const pick = (): string => accounts[Math.floor(random() * accounts.length)]!;
  return Array.from({ length: count }, (_, i) => {
    const from = pick();
    let to = pick();
    while (to === from) to = pick();
    return { ref: `t-${i}`, key: `"${randomUUID()}"`, from, to, amount: 1 + Math.floor(random() * 100) };
  });
}

const batchOf = ({ ref, from, to, amount }: Transfer) => ({
  operations: [
    { op: "guard", collection: "accounts", filter: { id: from, balance: { _gte: amount } }, exists: true },
    { op: "update", collection: "accounts", id: from, data: { balance: { $inc: -amount } } },
    { op: "update", collection: "accounts", id: to, data: { balance: { $inc: amount } } },
    { op: "create", collection: "transfers", data: { ref, from, to, amount } },
  ],
});

interface Answer {
  data?: { id?: string }[];
  error?: { code: string; message: string; details?: { operation?: number; field?: string } };
}

/** Runs all transfers with so many clients; `onProgress` hears how many have their answer. */
export async function runClients(
  url: string,
  headers: Record<string, string>,
  transfers: readonly Transfer[],
  clients: number,
  onProgress: (done: number) => void,
): Promise<Tally> {
  const tally: Tally = { acknowledged: new Map(), refused: new Set(), retries: 0, unknown: 0, replays: 0, dropped: 0 };
  const queue = [...transfers].reverse();
  /** Those whose answer is not known: sent again, at the earliest at this time. */
  const later: { transfer: Transfer; at: number }[] = [];
  const end = Date.now() + 30 * 60_000;
  let open = transfers.length;

  const next = (): Transfer | undefined => {
    const i = later.findIndex(({ at }) => at <= Date.now());
    return i >= 0 ? later.splice(i, 1)[0]!.transfer : queue.pop();
  };
  const again = (transfer: Transfer, inMs: number): void => {
    tally.retries++;
    later.push({ transfer, at: Date.now() + inMs });
  };
  const settled = (): void => {
    open--;
    onProgress(transfers.length - open);
  };
  const send = async (transfer: Transfer): Promise<void> => {
    let response: Response;
    let answer: Answer;
    const drop = Math.random() < 1 / DROP_EVERY;
    if (drop) tally.dropped++;
    try {
      response = await fetch(`${url}/api/batch`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json", "idempotency-key": transfer.key },
        body: JSON.stringify(batchOf(transfer)),
        signal: AbortSignal.timeout(drop ? 1 + Math.random() * 8 : 60_000),
      });
      answer = (await response.json()) as Answer;
    } catch {
      // The server was killed, or the line dropped: nobody knows what became of it.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return again(transfer, 0);
    }
    if (response.status === 200) {
      if (response.headers.get("idempotency-replayed")) tally.replays++;
      tally.acknowledged.set(transfer.ref, answer.data![3]!.id!);
      return settled();
    }
    const { error } = answer;
    if (response.status === 409 && error?.details?.operation === 0) {
      tally.refused.add(transfer.ref);
      return settled();
    }
    if (error?.code === "OUTCOME_UNKNOWN") {
      tally.unknown++;
      return again(transfer, 20);
    }
    if (response.status === 409 || response.status === 503) {
      const seconds = Number(response.headers.get("retry-after") ?? 0);
      return again(transfer, Math.max(20, seconds * 1000));
    }
    throw new Error(`${transfer.ref} gave ${response.status} ${JSON.stringify(answer)}`);
  };
  const client = async (): Promise<void> => {
    while (open > 0) {
      if (Date.now() > end) throw new Error(`${open} transfers are without an answer`);
      const transfer = next();
      if (transfer) await send(transfer);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return tally;
}
