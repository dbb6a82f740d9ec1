/** Devices of users: replicas whose stores survive, whose connections are cut and whose programs crash. */
import type { JsonObject } from "@plinth/core";
import { createClient } from "../../packages/client/src/index.ts";
import { memoryStore, newItemId, type Shapes, type Sync, sync } from "../../packages/client/src/sync/index.ts";
import { Crash, crashingStore } from "../../packages/client/test/sync/crashing-store.ts";
import { Random } from "../fuzz/random.ts";

export interface User {
  readonly id: string;
  readonly token: string;
}

/** A write that an app has made. Its mark is added to one item, so the log of changes says how often it has happened. */
interface Made {
  readonly device: Device;
  readonly at: number;
  /** How much it adds to a counter. */
  readonly adds?: { readonly counter: string; readonly by: number };
  /** The app was told that it is stored on the device. Otherwise the program crashed meanwhile. */
  promised: boolean;
}

export interface World {
  readonly url: string;
  readonly seed: number;
  readonly counters: readonly string[];
  readonly made: Map<string, Made>;
  /** What must not be. */
  readonly faults: string[];
  /** Milliseconds from writes of one device until others show them; undefined while nobody measures. */
  delays: number[] | undefined;
  /** Connections fail and programs crash. */
  chaos: boolean;
  /** From 2 on, shared notes above `MAX_LEVEL` are their owners' alone. */
  phase: 1 | 2;
}

export const MAX_LEVEL = 5;
/** What a rule lets others see of a shared note: all but `secret`. */
export const SHARED_FIELDS = ["title", "level", "shared", "count", "marks", "phase", "owner_id", "version"];
export const REFUSED_TITLE = "refused";

const SHAPES: readonly Shapes[] = [
  { notes: {}, counters: {} },
  { own: { collection: "notes", filter: { owner_id: "$user.id" } }, counters: {} },
  { shared: { collection: "notes", filter: { shared: true }, fields: SHARED_FIELDS }, counters: {} },
];

type Note = JsonObject & { id: string };

export class Device {
  db!: Sync;
  readonly shapes: Shapes;
  resends = 0;
  crashes = 0;
  /** How often its app was shown other rows. */
  changes = 0;
  readonly #random: Random;
  readonly #stored = memoryStore();
  readonly #store;
  readonly #sent = new Set<string>();
  readonly #shown = new Map<string, Note>();
  #marks = 0;
  #crashed = false;
  /** Aborted while the device is offline. */
  #line = new AbortController();

  constructor(
    readonly world: World,
    readonly user: User,
    readonly number: number,
  ) {
    this.#random = new Random(world.seed * 1000 + number);
    this.shapes = SHAPES[number % SHAPES.length]!;
    this.#store = crashingStore(this.#stored, this.#random, () => world.chaos && this.#random.chance(0.002));
  }

  open(): void {
    this.#crashed = false;
    this.#shown.clear();
    const fetch = (input: URL, init: RequestInit) => this.#ask(input, init);
    const client = createClient({ url: this.world.url, token: this.user.token, fetch: fetch as never });
    this.db = sync(client, {
      shapes: this.shapes,
      store: this.#store,
      user: this.user.id,
      onConflict: this.number % 5 === 0 ? "client" : "merge",
    });
    this.db.onStatus(({ error }) => {
      this.#crashed ||= error instanceof Crash;
    });
    this.db.watch("notes", {}, (rows) => this.#look(rows as Note[]));
  }

  /** The program ends, and is started again over what it has stored. */
  async restart(): Promise<void> {
    await this.db.close();
    this.open();
    await this.db.ready;
  }

  goOnline(): void {
    this.#line = new AbortController();
    this.db.retryNow();
  }

  /** After this, nothing fails any more but what the server refuses. */
  async recover(): Promise<void> {
    if (this.#crashed) await this.restart();
    this.goOnline();
  }

  /** Does what a user may do next. */
  async act(): Promise<void> {
    const random = this.#random;
    if (this.#crashed) {
      this.crashes++;
      await this.restart();
    }
    if (this.#line.signal.aborted && random.chance(0.2)) this.goOnline();
    const notes = this.db.query("notes") as Note[];
    const own = notes.filter((note) => this.#owns(note));
    const create = () => this.write((mark) => this.db.create("notes", this.newNote(mark)));
    const change = (among: readonly Note[], values: () => JsonObject) => {
      if (among.length === 0) return create();
      const { id } = random.pick(among);
      return this.write((mark) => this.db.update("notes", id, { ...values(), marks: { $append: [mark] } }));
    };
    await random.weighted<() => Promise<unknown>>([
      [30, () => create],
      [30, () => () => change(notes, () => ({ title: this.#title(), count: { $inc: 1 } }))],
      [6, () => () => change(own, () => ({ shared: random.chance(0.5) }))],
      [6, () => () => change(own, () => ({ level: random.int(0, 9), phase: this.world.phase }))],
      [15, () => () => this.#addToCounter()],
      [8, () => async () => own.length > 0 && this.#stores(this.db.delete("notes", random.pick(own).id))],
      [2, () => async () => this.#line.abort()],
      [2, () => () => this.restart()],
    ])();
  }

  newNote(mark: string): JsonObject {
    const random = this.#random;
    return {
      title: this.#title(),
      level: random.int(0, 9),
      shared: random.chance(0.5),
      secret: secretOf(this.user),
      marks: [mark],
      phase: this.world.phase,
    };
  }

  async write(send: (mark: string) => Promise<unknown>, adds?: Made["adds"]): Promise<void> {
    const mark = `${this.number}.${this.#marks++}`;
    const made: Made = { device: this, at: performance.now(), ...(adds && { adds }), promised: false };
    this.world.made.set(mark, made);
    made.promised = await this.#stores(send(mark));
  }

  /** Everything that the device has stored. */
  async dump(): Promise<string> {
    const name = ["plinth", this.world.url, "", this.user.id].map(encodeURIComponent).join(" ");
    return JSON.stringify(await (await this.#stored.open(name)).read());
  }

  /** False: the program has crashed. */
  async #stores(stored: Promise<unknown>): Promise<boolean> {
    try {
      await stored;
      return true;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.#crashed = true;
      return false;
    }
  }

  /** A note and what it adds to a counter: both, or neither. */
  #addToCounter(): Promise<void> {
    const counter = this.#random.pick(this.world.counters);
    const by = this.#random.int(1, 9);
    const send = (mark: string) =>
      this.db.batch((batch) => {
        batch.update("counters", counter, { count: { $inc: by } });
        batch.create("notes", { ...this.newNote(mark), id: newItemId() });
      });
    return this.write(send, { counter, by });
  }

  #title(): string {
    return this.#random.chance(0.02) ? REFUSED_TITLE : `title ${this.#random.int(0, 999)}`;
  }

  /** A note that the server has not answered yet has no owner. */
  #owns({ owner_id = this.user.id }: Note): boolean {
    return owner_id === this.user.id;
  }

  async #ask(input: URL, init: RequestInit): Promise<Response> {
    const key = new Headers(init.headers).get("idempotency-key");
    if (key !== null && this.#sent.has(key)) this.resends++;
    if (key !== null) this.#sent.add(key);
    const signal = AbortSignal.any([init.signal!, this.#line.signal]);
    const response = await fetch(input, { ...init, signal });
    const text = await response.text();
    if (response.ok) for (const row of rowsIn(JSON.parse(text))) this.#requireVisible(row, "was sent");
    return new Response(text, response);
  }

  #look(rows: readonly Note[]): void {
    this.changes++;
    const ids = new Set<string>();
    for (const row of rows) {
      ids.add(row.id);
      if (this.#shown.get(row.id) === row) continue;
      this.#shown.set(row.id, row);
      this.#requireVisible(row, "is shown", this.#owns(row));
      this.#measure(row);
    }
    for (const id of [...this.#shown.keys()]) if (!ids.has(id)) this.#shown.delete(id);
  }

  #measure({ marks }: Note): void {
    const made = this.world.delays && this.world.made.get((marks as string[] | null)?.at(-1) ?? "");
    if (made && made.device !== this) this.world.delays!.push(performance.now() - made.at);
  }

  #requireVisible(row: Note, how: string, isOwn = row.owner_id === this.user.id): void {
    if (isOwn || !("shared" in row)) return;
    const isHidden = row.shared !== true || (row.phase === 2 && Number(row.level) > MAX_LEVEL);
    if (isHidden || (row.secret ?? null) !== null)
      this.world.faults.push(`${how} to ${this.user.id} on ${this.number}, but hidden: ${JSON.stringify(row)}`);
  }
}

export function secretOf({ id }: User): string {
  return `only ${id}`;
}

interface AnyAnswer {
  readonly data?: readonly (Note | null)[];
  readonly changes?: readonly { readonly data?: Note }[];
  readonly snapshots?: Readonly<Record<string, { readonly rows: readonly Note[] }>>;
}

/** The rows of an answer, to a batch or a sync. */
function rowsIn({ data = [], changes = [], snapshots = {} }: AnyAnswer): Note[] {
  const all = [
    ...data,
    ...changes.map((change) => change.data),
    ...Object.values(snapshots).flatMap(({ rows }) => rows),
  ];
  return all.filter((row) => row != null);
}
