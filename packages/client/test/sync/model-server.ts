import type { Json, JsonObject } from "@plinth/core";
import type { Random } from "../../../../tests/fuzz/random.ts";
import type { Shapes } from "../../src/schema/index.ts";
import { patched } from "../../src/sync/patch.ts";
import type { SyncTransport } from "../../src/sync/replica-context.ts";
import type { BatchOperation, ShapeChange, SnapshotPage, SyncAnswer } from "../../src/sync/wire.ts";
import { PlinthClientError } from "../../src/types.ts";

/** A server as the protocol describes it, small enough to be read at once: the model that replicas must converge to. */

export const COLLECTIONS = ["posts", "notes"];
export const USERS = ["ada", "ben"];

type Row = JsonObject & { id: string; version: number };

interface Change {
  collection: string;
  id: string;
  before?: Row;
  after?: Row;
  /** The last change of its write. */
  ends: boolean;
}

/** What one user may see: rows whose `level` is not above theirs, without the hidden fields. */
interface Rights {
  level: number;
  hidden: string[];
}

interface Token {
  at: number;
  shapes: Record<string, { definition: string; rights: string; cursor: string | null }>;
}

export interface ModelPush {
  readonly id: string;
  readonly copy: string;
  readonly number: number;
  readonly operations: readonly BatchOperation[];
}

const collectionOf = (shapes: Shapes, name: string): string => shapes[name]?.collection ?? name;

export class ModelServer {
  readonly rows = new Map<string, Map<string, Row>>();
  readonly log: Change[] = [];
  /** How often the writes with a tag have happened. */
  readonly applied = new Map<string, number>();
  readonly #rights = new Map<string, Rights>();
  readonly #answers = new Map<string, { body: string; rows: (JsonObject | null)[] }>();
  /** The last push of each copy. */
  readonly #copies = new Map<string, { number: number; key: string }>();
  #age = 1;
  #names = 0;
  #trimmed = 0;
  #schema = 0;
  /** Whether another process of it may know less of the log than there is. */
  lags = true;
  wasCurrent = false;
  fields = ["title", "body", "count", "tags", "level", "open", "secret"];

  constructor(readonly random: Random) {}

  rightsOf(user: string): Rights {
    return this.#rights.get(user) ?? { level: user === "root" ? 99 : 5, hidden: [] };
  }

  setRights(user: string, rights: Rights): void {
    this.#rights.set(user, rights);
  }

  changeSchema(): void {
    this.#schema++;
    const name = "added";
    const has = this.fields.includes(name);
    this.fields = has ? this.fields.filter((field) => field !== name) : [...this.fields, name];
    for (const rows of this.rows.values()) {
      for (const row of rows.values()) {
        if (has) delete row[name];
        else row[name] = 0;
      }
    }
  }

  /** A day has passed. */
  forgetKeys(): void {
    this.#answers.clear();
  }

  /** Months have passed. */
  forgetCopies(): void {
    this.#answers.clear();
    this.#copies.clear();
    this.#age++;
  }

  trim(): void {
    this.#trimmed = this.log.length;
  }

  /** What the caller sees of a row; undefined: nothing. */
  seen(user: string, row: Row | undefined): JsonObject | undefined {
    const { level, hidden } = this.rightsOf(user);
    if (!row || (row.level as number) > level) return undefined;
    const shown = Object.entries(row).filter(
      ([name]) => name === "id" || name === "version" || (this.fields.includes(name) && !hidden.includes(name)),
    );
    return structuredClone(Object.fromEntries(shown)) as JsonObject;
  }

  /** A row as a shape has it. */
  inShape(user: string, shapes: Shapes, name: string, row: Row | undefined): JsonObject | undefined {
    const { filter = {}, fields } = shapes[name]!;
    const seen = this.seen(user, row);
    if (!seen || Object.entries(filter).some(([field, value]) => row![field] !== value)) return undefined;
    if (!fields) return seen;
    return Object.fromEntries(Object.entries(seen).filter(([f]) => ["id", "version", ...fields].includes(f)));
  }

  rowsOf(collection: string): Map<string, Row> {
    const rows = this.rows.get(collection) ?? new Map<string, Row>();
    this.rows.set(collection, rows);
    return rows;
  }

  transportFor(user: string): SyncTransport {
    return {
      pull: async (shapes, after) => structuredClone(this.pull(user, shapes, after)),
      push: async (push) => structuredClone(this.push(user, push as never)),
    };
  }

  pull(user: string, shapes: Shapes, after: string | undefined): SyncAnswer {
    const { random } = this;
    if (after !== undefined && random.chance(0.01)) throw new PlinthClientError("INVALID_CURSOR", "unknown", 422);
    const token: Token = after === undefined ? { at: this.log.length, shapes: {} } : JSON.parse(after);
    const rights = `${this.#schema} ${JSON.stringify(this.rightsOf(user))}`;
    const gone = token.at < this.#trimmed;
    const least = Math.max(token.at, this.#trimmed);
    const head =
      this.lags && random.chance(0.1) ? this.endOfWrite(random.int(least, this.log.length)) : this.log.length;
    this.wasCurrent = head === this.log.length;
    const until = gone ? head : this.endOfWrite(Math.min(head, token.at + random.int(1, 8)));
    const next: Token = { at: until, shapes: {} };
    const changes: ShapeChange[] = [];
    const snapshots: Record<string, SnapshotPage> = {};
    for (const [name, shape] of Object.entries(shapes)) {
      const known = token.shapes[name];
      const definition = JSON.stringify(shape);
      const begin = gone || known?.definition !== definition || known.rights !== rights;
      const cursor = begin ? "" : known.cursor;
      next.shapes[name] = { definition, rights, cursor };
      if (!begin) {
        for (const change of this.log.slice(token.at, until)) {
          const event = this.eventOf(user, shapes, name, change);
          if (event) changes.push(event);
        }
      }
      if (cursor === null) continue;
      const page = [...this.rowsOf(collectionOf(shapes, name)).values()]
        .filter((row) => row.id > cursor && this.inShape(user, shapes, name, row))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const sent = page.slice(0, random.int(1, 5));
      const complete = sent.length === page.length;
      next.shapes[name].cursor = complete ? null : sent.at(-1)!.id;
      snapshots[name] = {
        ...(begin && { begin: "new" }),
        rows: sent.map((row) => this.inShape(user, shapes, name, row)!),
        complete,
      };
    }
    const more = until < head || Object.values(snapshots).some(({ complete }) => !complete);
    return { changes, snapshots, next: JSON.stringify(next), more };
  }

  /** A write is never cut. */
  endOfWrite(at: number): number {
    let end = at;
    while (end > 0 && end < this.log.length && !this.log[end - 1]!.ends) end++;
    return end;
  }

  eventOf(
    user: string,
    shapes: Shapes,
    name: string,
    { collection, id, before, after }: Change,
  ): ShapeChange | undefined {
    if (collectionOf(shapes, name) !== collection) return undefined;
    const was = this.inShape(user, shapes, name, before);
    const is = this.inShape(user, shapes, name, after);
    if (is) return { shape: name, event: was ? "update" : "enter", id, data: is };
    return was && { shape: name, event: "leave", id };
  }

  push(user: string, { operations, id: key, copy, number }: ModelPush): (JsonObject | null)[] {
    const body = JSON.stringify(operations);
    const answered = this.#answers.get(`${user} ${key}`);
    if (answered) {
      if (answered.body !== body) throw new Error(`the key ${key} came with another body`);
      return answered.rows;
    }
    const last = this.#copies.get(`${user} ${copy}`) ?? { number: 0, key: "" };
    if (last.number === number && last.key === key) return operations.map(() => null);
    // All that was named before is older than what it remembers.
    const isOld = Number(copy.split("-")[0]) !== this.#age;
    if (last.number >= number || (last.number === 0 && isOld)) {
      const details = { field: "x-plinth-replica", replica: `${this.#age}-${this.#names++}` };
      throw new PlinthClientError("GONE", "forgotten", 410, { details });
    }
    const rows = this.write(user, operations);
    this.#copies.set(`${user} ${copy}`, { number, key });
    this.#answers.set(`${user} ${key}`, { body, rows });
    return rows;
  }

  /** All operations or none. */
  write(user: string, operations: readonly BatchOperation[]): (JsonObject | null)[] {
    const written: Change[] = [];
    const current = (collection: string, id: string): Row | undefined => {
      const last = written.findLast((change) => change.collection === collection && change.id === id);
      return last ? last.after : this.rowsOf(collection).get(id);
    };
    const rows = operations.map((operation, i) => {
      const { collection } = operation;
      const id = operation.id ?? (operation.data!.id as string);
      const before = current(collection, id);
      const after = this.after(user, operation, before, i);
      written.push({ collection, id, ...(before && { before }), ...(after && { after }), ends: false });
      return this.seen(user, after) ?? null;
    });
    for (const change of written) {
      if (change.after) this.rowsOf(change.collection).set(change.id, change.after);
      else this.rowsOf(change.collection).delete(change.id);
      this.log.push(change);
    }
    this.log.at(-1)!.ends = true;
    for (const { data } of operations)
      for (const tag of tagsIn(data)) this.applied.set(tag, (this.applied.get(tag) ?? 0) + 1);
    return rows;
  }

  after(user: string, operation: BatchOperation, before: Row | undefined, i: number): Row | undefined {
    const { op, data = {}, if_version } = operation;
    if (data.title === "invalid")
      throw new PlinthClientError("VALIDATION", "title", 422, { details: { operation: i } });
    if (op === "create") {
      if (before) throw new PlinthClientError("UNIQUE_VIOLATION", "id", 409, { details: { operation: i } });
      const full = { count: 0, tags: [], level: 0, open: true, secret: `secret-${data.id}`, ...data, version: 1 };
      return structuredClone(this.fields.includes("added") ? { added: 0, ...full } : full) as never;
    }
    if (!this.seen(user, before))
      throw new PlinthClientError("ITEM_NOT_FOUND", "gone", 404, { details: { operation: i } });
    if (if_version !== undefined && if_version !== before!.version) {
      throw new PlinthClientError("PRECONDITION_FAILED", "changed", 412, {
        details: { operation: i, version: before!.version },
      });
    }
    if (op === "delete") return undefined;
    return structuredClone({ ...patched(before!, data), version: before!.version + 1 }) as Row;
  }
}

export function tagsIn(data: JsonObject | undefined): string[] {
  const tags = data?.tags as Json | undefined;
  if (Array.isArray(tags)) return tags as string[];
  return ((tags as JsonObject | undefined)?.$append as string[] | undefined) ?? [];
}
