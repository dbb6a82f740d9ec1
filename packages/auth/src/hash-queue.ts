import { PlinthError } from "@plinth/core";

/** Most hashes that wait, and of those the most for one account or one address. */
const MAX_WAITING = 200;
const MAX_WAITING_OF_ONE = 20;
const RETRY_SECONDS = 2;
/** Most accounts and addresses whose turn is remembered. */
const MAX_SERVED = 20_000;

/** Whom a hash is for. */
export interface HashOwner {
  /** Of all pools; absent where the request names none. */
  readonly account?: string | undefined;
  /** Absent where the host does not know it. */
  readonly address?: string | undefined;
}

interface WaitingHash extends HashOwner {
  start(): void;
  refuse(error: PlinthError): void;
}

/**
 * Bounds the hashes of passwords that run at a time, so that a flood of sign-ins leaves the process to other requests. An
 * account has one at a time, however many addresses guess its password, so that another account finds a free slot. Those
 * that wait are served by account and address in turn: a client that sends a thousand does not delay one that sends one. If
 * too many wait, one of the client with the most is refused.
 */
export class HashQueue {
  readonly #waiting: WaitingHash[] = [];
  /** The accounts whose passwords are hashed now. */
  readonly #busy = new Set<string>();
  /** When each account and address was last served, as a number that increases. */
  readonly #served = new Map<string, number>();
  #running = 0;
  #turn = 0;

  constructor(private readonly slots: number = slotsHere()) {}

  async run<T>(owner: HashOwner, work: () => Promise<T>): Promise<T> {
    if (this.#mayStart(owner)) this.#begin(owner);
    else await this.#wait(owner);
    try {
      return await work();
    } finally {
      this.#end(owner);
    }
  }

  #mayStart({ account }: HashOwner): boolean {
    return this.#running < this.slots && !(account !== undefined && this.#busy.has(account));
  }

  #begin({ account, address }: HashOwner): void {
    this.#running++;
    this.#turn++;
    if (account !== undefined) this.#busy.add(account);
    if (this.#served.size > MAX_SERVED) this.#served.clear();
    for (const key of keysOf({ account, address })) this.#served.set(key, this.#turn);
  }

  #wait(owner: HashOwner): Promise<void> {
    const waitingFor = (name: "account" | "address") => this.#waiting.filter((one) => one[name] === owner[name]).length;
    const own = Math.max(waitingFor("account"), waitingFor("address"));
    if (own >= MAX_WAITING_OF_ONE) return Promise.reject(overloaded());
    return new Promise((start, refuse) => {
      this.#waiting.push({ ...owner, start, refuse });
      if (this.#waiting.length > MAX_WAITING) this.#take(this.#greediest()).refuse(overloaded());
    });
  }

  #take(one: WaitingHash): WaitingHash {
    this.#waiting.splice(this.#waiting.indexOf(one), 1);
    return one;
  }

  /** The newest of the address with the most that wait; of several such, of the account with the most, and then of whom was served last. */
  #greediest(): WaitingHash {
    const counts = new Map<string, number>();
    for (const one of this.#waiting) for (const key of keysOf(one)) counts.set(key, (counts.get(key) ?? 0) + 1);
    const weigh = (one: WaitingHash): number[] => {
      const [account, address] = keysOf(one).map((key) => counts.get(key)!);
      return [address!, account!, this.#turnOf(one)];
    };
    return this.#waiting
      .map((one) => ({ one, weight: weigh(one) }))
      .reduce((worst, other) => (isLess(other.weight, worst.weight) ? worst : other)).one;
  }

  /** Hands the slot on to whom was served longest ago. */
  #end({ account }: HashOwner): void {
    this.#running--;
    if (account !== undefined) this.#busy.delete(account);
    const next = this.#next();
    if (next) {
      this.#begin(next);
      this.#take(next).start();
    } else if (this.#running === 0) {
      this.#served.clear();
    }
  }

  #next(): WaitingHash | undefined {
    let next: WaitingHash | undefined;
    for (const one of this.#waiting) {
      if (this.#mayStart(one) && (!next || this.#turnOf(one) < this.#turnOf(next))) next = one;
    }
    return next;
  }

  #turnOf(owner: HashOwner): number {
    return Math.max(0, ...keysOf(owner).map((key) => this.#served.get(key) ?? 0));
  }
}

function keysOf({ account, address }: HashOwner): string[] {
  return [`account ${account ?? ""}`, `address ${address ?? ""}`];
}

/** Whether a password was not checked because too many wait. */
export function isOverloaded(error: unknown): boolean {
  return error instanceof PlinthError && error.code === "OVERLOADED";
}

function overloaded(): PlinthError {
  return new PlinthError("OVERLOADED", undefined, { retry_after: RETRY_SECONDS });
}

/** Compares by the first numbers that differ. */
function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}

/** One core is left to everything else; but two slots, so that an account whose password is guessed delays no other. */
function slotsHere(): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2;
  return cores === 1 ? 1 : Math.max(2, cores - 1);
}
