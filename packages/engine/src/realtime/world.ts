import {
  type Access,
  type Bindings,
  type Collection,
  type Condition,
  evaluate,
  type FieldRef,
  FULL_ACCESS,
  fieldsOf,
  type Json,
  type JsonObject,
  maskOf,
  type RelationRef,
  type Row,
  reachesOut,
} from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { conditionsOf, stepsOf, waysOfRef } from "../read/dependencies.ts";
import type { Past } from "./past.ts";

/** Related items of one row that are looked at; where there are more, all is possible. */
const MAX_RELATED = 1000;

/** Whether a condition held at no moment of a time, at some or may be none, or at every one. */
export type Verdict = 0 | 1 | 2;
const [NEVER, MAYBE, ALWAYS] = [0, 1, 2] as const;

/** A row as a condition sees it: what a caller asks goes through the masks, what a rule says does not. */
interface Seen {
  readonly raw: JsonObject;
  readonly shown: JsonObject;
  readonly access: Access | null;
  /** Fields that were shown at some moments only. */
  readonly unsure: ReadonlySet<string>;
}

/**
 * Related items as they are now and as they were in the past, read ahead in one statement a step for many rows, so that
 * a condition can be decided for each row at all moments at once.
 */
export class World {
  readonly #one = new Map<RelationRef, Map<string, Row>>();
  readonly #many = new Map<RelationRef, Map<string, Row[]>>();
  /** Folds are decided by the database, for the rows that there are: condition → row's id → outcome. */
  readonly #folds = new Map<Condition, Map<string, { holds: boolean; from: Json | undefined }>>();

  constructor(
    private readonly scope: Scope,
    private readonly past: Past,
  ) {}

  /** Whether a rule held for the row. */
  rule(condition: Condition, row: JsonObject): Verdict {
    return this.#decide(condition, raw(row), this.#bare);
  }

  /** Whether the row satisfied what is asked of it under `access`, whose rule is another matter. */
  asked(condition: Condition, row: JsonObject, access: Access, bindings: Bindings): Verdict {
    return this.#decide(condition, this.#seen(row, access), bindings);
  }

  /** The row's shown fields, or undefined where they differed from moment to moment. */
  shown(row: JsonObject, access: Access): JsonObject | undefined {
    const { shown, unsure } = this.#seen(row, access);
    return unsure.size === 0 ? shown : undefined;
  }

  get #bare(): Bindings {
    return { values: [], variables: this.scope.variables };
  }

  #decide(condition: Condition, seen: Seen, bindings: Bindings): Verdict {
    if (!reachesOut(condition)) {
      if (seen.unsure.size > 0 && [...fieldsOf(condition)].some((name) => seen.unsure.has(name))) return MAYBE;
      return evaluate(condition, seen.shown, bindings) ? ALWAYS : NEVER;
    }
    switch (condition.kind) {
      case "and":
        return least(condition.of.map((part) => this.#decide(part, seen, bindings)));
      case "or":
        return most(condition.of.map((part) => this.#decide(part, seen, bindings)));
      case "not":
        return (2 - this.#decide(condition.of, seen, bindings)) as Verdict;
      case "some":
        return this.#some(stepsOf(condition.relation), condition.where, seen, bindings);
      default: {
        const now = this.#folds.get(condition)?.get(String(seen.raw.id));
        const touched = waysOfRef(condition.ref).some((way) => this.past.touches(way.at(-1)!.target.id));
        if (!now || touched || seen.unsure.size > 0 || now.from !== startOf(condition, seen.raw)) return MAYBE;
        return now.holds ? ALWAYS : NEVER;
      }
    }
  }

  #some(steps: readonly RelationRef[], where: Condition, seen: Seen, bindings: Bindings): Verdict {
    const [step, ...rest] = steps;
    if (!step) return this.#decide(where, seen, bindings);
    const holds = (row: JsonObject): Verdict => {
      const rule = this.rule(step.access.where, row);
      return rule === NEVER ? NEVER : least([rule, this.#some(rest, where, this.#seen(row, step.access), bindings)]);
    };
    if (!step.via) {
      const id = seen.shown[step.field.name];
      const found = typeof id === "string" ? this.#candidate(step, id, holds) : NEVER;
      return seen.unsure.has(step.field.name) && typeof seen.raw[step.field.name] === "string" ? MAYBE : found;
    }
    const list = seen.access ? this.#mask(seen.access, step.field.name, seen.raw) : ALWAYS;
    return list === NEVER ? NEVER : least([list, this.#someOfMany(step, step.via.name, String(seen.raw.id), holds)]);
  }

  #candidate(step: RelationRef, id: string, holds: (row: JsonObject) => Verdict): Verdict {
    const was = this.past.of(step.target.id, id);
    const is = this.#one.get(step)?.get(id);
    return overall([...(was?.rows ?? []), ...(is ? [is] : [])].map(holds), was?.gap || !is);
  }

  #someOfMany(step: RelationRef, via: string, parent: string, holds: (row: JsonObject) => Verdict): Verdict {
    const now = this.#many.get(step)?.get(parent) ?? [];
    const linked = (row: JsonObject): Verdict =>
      row[via] === parent ? least([this.#mask(step.access, via, row), holds(row)]) : NEVER;
    const known = new Map(now.map((row) => [row.id as string, row]));
    const ids = new Set([...known.keys(), ...this.past.pointing(step.target.id, via, parent)]);
    const verdicts = [...ids].map((id) => {
      const was = this.past.of(step.target.id, id);
      const is = known.get(id);
      return overall([...(was?.rows ?? []), ...(is ? [is] : [])].map(linked), was?.gap || !is);
    });
    const found = most(verdicts);
    return now.length < MAX_RELATED ? found : (Math.max(found, MAYBE) as Verdict);
  }

  /** When a field of the row was shown. */
  #mask(access: Access, field: string, row: JsonObject): Verdict {
    const mask = maskOf(access, field);
    return mask === null ? ALWAYS : mask === undefined ? NEVER : this.rule(mask, row);
  }

  #seen(row: JsonObject, access: Access): Seen {
    if (!access.fields) return { ...raw(row), access };
    const shown: JsonObject = {};
    const unsure = new Set<string>();
    for (const name of Object.keys(row)) {
      if (maskOf(access, name) === undefined) continue;
      const verdict = this.#mask(access, name, row);
      if (verdict === MAYBE) unsure.add(name);
      shown[name] = verdict === NEVER ? null : row[name]!;
    }
    return { raw: row, shown, access, unsure };
  }

  /** Reads what is needed to decide for these rows: the rule and the masks of `access`, and what is asked under it. */
  async load(of: Collection, access: Access, asked: Condition, rows: readonly JsonObject[], bindings: Bindings) {
    for (const condition of conditionsOf(access)) await this.#load(condition, rows, this.#bare, of, FULL_ACCESS);
    await this.#load(asked, rows, bindings, of, { where: FULL_ACCESS.where, fields: access.fields });
  }

  async #load(
    condition: Condition,
    rows: readonly JsonObject[],
    bindings: Bindings,
    of: Collection,
    masks: Access,
  ): Promise<void> {
    if (rows.length === 0 || !reachesOut(condition)) return;
    switch (condition.kind) {
      case "and":
      case "or":
        for (const part of condition.of) await this.#load(part, rows, bindings, of, masks);
        return;
      case "not":
        return this.#load(condition.of, rows, bindings, of, masks);
      case "some":
        return this.#loadSteps(stepsOf(condition.relation), condition.where, rows, bindings);
      default:
        return this.#fold(condition, rows, bindings, of, masks);
    }
  }

  async #loadSteps(
    steps: readonly RelationRef[],
    where: Condition,
    rows: readonly JsonObject[],
    bindings: Bindings,
  ): Promise<void> {
    const [step, ...rest] = steps;
    const others = await (step!.via ? this.#readMany(step!, step!.via.name, rows) : this.#readOne(step!, rows));
    await this.load(step!.target, step!.access, rest.length > 0 ? FULL_ACCESS.where : where, others, bindings);
    if (rest.length > 0) await this.#loadSteps(rest, where, others, bindings);
  }

  async #readOne(step: RelationRef, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const known = this.#one.get(step) ?? new Map<string, Row>();
    this.#one.set(step, known);
    const ids = [...new Set(rows.map((row) => row[step.field.name]))].filter((id) => typeof id === "string");
    const found = await readByIds(this.scope, step.target, ids);
    for (const row of found) known.set(row.id as string, row);
    return [...found, ...ids.flatMap((id) => this.past.of(step.target.id, id)?.rows ?? [])];
  }

  async #readMany(step: RelationRef, via: string, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const known = this.#many.get(step) ?? new Map<string, Row[]>();
    this.#many.set(step, known);
    const parents = [...new Set(rows.map((row) => String(row.id)))];
    const missing = parents.filter((id) => !known.has(id));
    for (const id of missing) known.set(id, []);
    if (missing.length > 0) {
      const { rows: found, parents: owners } = await this.scope.source(step.target).store.find(
        {
          collection: step.target,
          access: FULL_ACCESS,
          where: FULL_ACCESS.where,
          select: null,
          sort: [byId(step.target)],
          limit: { value: MAX_RELATED },
          under: { relation: { ...step, access: FULL_ACCESS }, parents: { value: missing } },
        },
        this.#bare,
      );
      found.forEach((row, i) => {
        known.get(owners![i]!)?.push(row);
      });
    }
    return parents.flatMap((id) => {
      const items = [...this.past.pointing(step.target.id, via, id)];
      return [...known.get(id)!, ...items.flatMap((item) => this.past.of(step.target.id, item)!.rows)];
    });
  }

  async #fold(condition: Fold, rows: readonly JsonObject[], bindings: Bindings, of: Collection, masks: Access) {
    const ids = [...new Set(rows.map((row) => String(row.id)))];
    const known = this.#folds.get(condition) ?? new Map<string, { holds: boolean; from: Json | undefined }>();
    this.#folds.set(condition, known);
    for (const row of await readByIds(this.scope, of, ids)) {
      known.set(row.id as string, { holds: false, from: startOf(condition, row) });
    }
    const where: Condition = { kind: "and", of: [inIds(of, ids), condition] };
    const tree = { collection: of, access: masks, where, select: ["id"], sort: [], limit: { value: ids.length } };
    for (const { id } of (await this.scope.source(of).store.find(tree, bindings)).rows) {
      const row = known.get(id as string);
      if (row) row.holds = true;
    }
  }
}

type Fold = Extract<Condition, { ref: FieldRef }>;

/** What the row itself says of where a fold begins: undefined where its list does. */
function startOf({ ref }: Fold, row: JsonObject): Json | undefined {
  const [first] = ref.through!;
  return first!.via ? undefined : (row[first!.field.name] ?? null);
}

/** Whether one of several items satisfied something, of what is known of each at its moments. */
function overall(verdicts: readonly Verdict[], gap: boolean | undefined): Verdict {
  if (!gap && verdicts.length > 0 && verdicts.every((verdict) => verdict === ALWAYS)) return ALWAYS;
  return verdicts.some((verdict) => verdict !== NEVER) ? MAYBE : NEVER;
}

function least(verdicts: readonly Verdict[]): Verdict {
  return Math.min(ALWAYS, ...verdicts) as Verdict;
}

function most(verdicts: readonly Verdict[]): Verdict {
  return Math.max(NEVER, ...verdicts) as Verdict;
}

function raw(row: JsonObject): Seen {
  return { raw: row, shown: row, access: null, unsure: SURE };
}

const SURE: ReadonlySet<string> = new Set();

/** Items as they are, whoever may read them. */
export async function readByIds(scope: Scope, collection: Collection, ids: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const where = inIds(collection, ids);
  const tree = { collection, access: FULL_ACCESS, where, select: null, sort: [], limit: { value: ids.length } };
  return (await scope.source(collection).store.find(tree, { values: [], variables: scope.variables })).rows;
}

function byId(collection: Collection) {
  return { ref: { field: collection.byName.get("id")! }, direction: "asc" as const };
}

export function inIds(collection: Collection, ids: readonly string[]): Condition {
  const ref = { field: collection.byName.get("id")! };
  return { kind: "in", ref, negated: false, operand: { value: [...ids] } };
}
