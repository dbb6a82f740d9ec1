import {
  type Bindings,
  type Collection,
  type Condition,
  evaluate,
  type FieldRef,
  FULL_ACCESS,
  fieldPolicyOf,
  fieldsOf,
  isUuid,
  type Json,
  type JsonObject,
  OWNER,
  type ReadPolicy,
  type RelationRef,
  type Row,
  usesRelations,
} from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { conditionsOf, relationPathsOfRef, stepsOf } from "../read/dependencies.ts";
import type { RowHistory } from "./row-history.ts";
import { ALWAYS, least, MAYBE, most, NEVER, overall, type Tristate } from "./tristate.ts";

/** Maximum number of related items read for one row. Above it, the result is unknown. */
const MAX_RELATED = 1000;

/** A row as a condition sees it: field policies apply to a caller's filter, but not to a rule. */
interface RowView {
  readonly raw: JsonObject;
  readonly shown: JsonObject;
  readonly policy: ReadPolicy | null;
  /** Fields that were visible at some moments only. */
  readonly unsure: ReadonlySet<string>;
}

/**
 * Related items, current and past, preloaded with one statement a step for many rows, so that a condition can be
 * evaluated for each row at all moments at once.
 */
export class RelatedRows {
  readonly #one = new Map<RelationRef, Map<string, Row>>();
  readonly #many = new Map<RelationRef, Map<string, Row[]>>();
  /** The database evaluates aggregates, for the current rows: condition → row id → result. */
  readonly #aggregates = new Map<Condition, Map<string, { holds: boolean; from: Json | undefined }>>();

  constructor(
    private readonly ctx: RequestContext,
    private readonly history: RowHistory,
  ) {}

  /** Whether a rule held for the row. */
  rule(condition: Condition, row: JsonObject): Tristate {
    return this.#decide(condition, raw(row), this.#bare);
  }

  /** Whether the row satisfied the caller's filter under `policy`. The policy's rule is evaluated separately. */
  matches(condition: Condition, row: JsonObject, policy: ReadPolicy, bindings: Bindings): Tristate {
    return this.#decide(condition, this.#seen(row, policy), bindings);
  }

  /** The row's visible fields. Undefined: they differed between moments. */
  shown(row: JsonObject, policy: ReadPolicy): JsonObject | undefined {
    const { shown, unsure } = this.#seen(row, policy);
    return unsure.size === 0 ? shown : undefined;
  }

  get #bare(): Bindings {
    return { values: [], variables: this.ctx.variables };
  }

  #decide(condition: Condition, seen: RowView, bindings: Bindings): Tristate {
    if (!usesRelations(condition)) {
      if (seen.unsure.size > 0 && [...fieldsOf(condition)].some((name) => seen.unsure.has(name))) return MAYBE;
      return evaluate(condition, seen.shown, bindings) ? ALWAYS : NEVER;
    }
    switch (condition.kind) {
      case "and":
        return least(condition.of.map((part) => this.#decide(part, seen, bindings)));
      case "or":
        return most(condition.of.map((part) => this.#decide(part, seen, bindings)));
      case "not":
        return (2 - this.#decide(condition.of, seen, bindings)) as Tristate;
      case "some":
        return this.#some(stepsOf(condition.relation), condition.where, seen, bindings);
      default: {
        const now = this.#aggregates.get(condition)?.get(String(seen.raw.id));
        const touched = relationPathsOfRef(condition.ref).some((path) => this.history.touches(path.at(-1)!.target.id));
        if (!now || touched || seen.unsure.size > 0 || now.from !== startOf(condition, seen.raw)) return MAYBE;
        return now.holds ? ALWAYS : NEVER;
      }
    }
  }

  #some(steps: readonly RelationRef[], where: Condition, seen: RowView, bindings: Bindings): Tristate {
    const [step, ...rest] = steps;
    if (!step) return this.#decide(where, seen, bindings);
    const holds = (row: JsonObject): Tristate => {
      const rule = this.rule(step.policy.where, row);
      return rule === NEVER ? NEVER : least([rule, this.#some(rest, where, this.#seen(row, step.policy), bindings)]);
    };
    if (!step.via) {
      const id = seen.shown[step.field.name];
      const found = typeof id === "string" ? this.#candidate(step, id, holds) : NEVER;
      return seen.unsure.has(step.field.name) && typeof seen.raw[step.field.name] === "string" ? MAYBE : found;
    }
    const list = seen.policy ? this.#fieldShown(seen.policy, step.field.name, seen.raw) : ALWAYS;
    return list === NEVER ? NEVER : least([list, this.#someOfMany(step, step.via.name, String(seen.raw.id), holds)]);
  }

  #candidate(step: RelationRef, id: string, holds: (row: JsonObject) => Tristate): Tristate {
    const was = this.history.of(step.target.id, id);
    const is = this.#one.get(step)?.get(id);
    return overall([...(was?.rows ?? []), ...(is ? [is] : [])].map(holds), was?.gap || !is);
  }

  #someOfMany(step: RelationRef, via: string, parent: string, holds: (row: JsonObject) => Tristate): Tristate {
    const now = this.#many.get(step)?.get(parent) ?? [];
    const linked = (row: JsonObject): Tristate =>
      row[via] === parent ? least([this.#fieldShown(step.policy, via, row), holds(row)]) : NEVER;
    const known = new Map(now.map((row) => [row.id as string, row]));
    const ids = new Set([...known.keys(), ...this.history.pointing(step.target.id, via, parent)]);
    const results = [...ids].map((id) => {
      const was = this.history.of(step.target.id, id);
      const is = known.get(id);
      return overall([...(was?.rows ?? []), ...(is ? [is] : [])].map(linked), was?.gap || !is);
    });
    const found = most(results);
    return now.length < MAX_RELATED ? found : (Math.max(found, MAYBE) as Tristate);
  }

  /** At which moments a field of the row was visible. */
  #fieldShown(policy: ReadPolicy, field: string, row: JsonObject): Tristate {
    const fieldPolicy = fieldPolicyOf(policy, field);
    return fieldPolicy === null ? ALWAYS : fieldPolicy === undefined ? NEVER : this.rule(fieldPolicy, row);
  }

  #seen(row: JsonObject, policy: ReadPolicy): RowView {
    if (!policy.fields) return { ...raw(row), policy };
    const shown: JsonObject = {};
    const unsure = new Set<string>();
    for (const name of Object.keys(row)) {
      if (fieldPolicyOf(policy, name) === undefined) continue;
      const result = this.#fieldShown(policy, name, row);
      if (result === MAYBE) unsure.add(name);
      shown[name] = result === NEVER ? null : row[name]!;
    }
    return { raw: row, shown, policy, unsure };
  }

  /**
   * Loads what is needed to evaluate these rows: the rule and the field policies of `policy`, and the caller's filter
   * under it.
   */
  async load(of: Collection, policy: ReadPolicy, filter: Condition, rows: readonly JsonObject[], bindings: Bindings) {
    for (const condition of conditionsOf(policy)) await this.#load(condition, rows, this.#bare, of, FULL_ACCESS);
    await this.#load(filter, rows, bindings, of, { where: FULL_ACCESS.where, fields: policy.fields });
  }

  async #load(
    condition: Condition,
    rows: readonly JsonObject[],
    bindings: Bindings,
    of: Collection,
    policy: ReadPolicy,
  ): Promise<void> {
    if (rows.length === 0 || !usesRelations(condition)) return;
    switch (condition.kind) {
      case "and":
      case "or":
        for (const part of condition.of) await this.#load(part, rows, bindings, of, policy);
        return;
      case "not":
        return this.#load(condition.of, rows, bindings, of, policy);
      case "some":
        return this.#loadSteps(stepsOf(condition.relation), condition.where, rows, bindings);
      default:
        return this.#loadAggregate(condition, rows, bindings, of, policy);
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
    await this.load(step!.target, step!.policy, rest.length > 0 ? FULL_ACCESS.where : where, others, bindings);
    if (rest.length > 0) await this.#loadSteps(rest, where, others, bindings);
  }

  async #readOne(step: RelationRef, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const known = this.#one.get(step) ?? new Map<string, Row>();
    this.#one.set(step, known);
    const isId = step.field === OWNER ? isUuid : (id: unknown) => typeof id === "string";
    const ids = [...new Set(rows.map((row) => row[step.field.name]))].filter((id): id is string => isId(id));
    const found = await readByIds(this.ctx, step.target, ids);
    for (const row of found) known.set(row.id as string, row);
    return [...found, ...ids.flatMap((id) => this.history.of(step.target.id, id)?.rows ?? [])];
  }

  async #readMany(step: RelationRef, via: string, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const known = this.#many.get(step) ?? new Map<string, Row[]>();
    this.#many.set(step, known);
    const parents = [...new Set(rows.map((row) => String(row.id)))];
    const missing = parents.filter((id) => !known.has(id));
    for (const id of missing) known.set(id, []);
    if (missing.length > 0) {
      const { rows: found, parents: owners } = await this.ctx.source(step.target).store.find(
        {
          collection: step.target,
          policy: FULL_ACCESS,
          where: FULL_ACCESS.where,
          select: null,
          sort: [byId(step.target)],
          limit: { value: MAX_RELATED },
          parentFilter: { relation: { ...step, policy: FULL_ACCESS }, parents: { value: missing } },
        },
        this.#bare,
      );
      found.forEach((row, i) => {
        known.get(owners![i]!)?.push(row);
      });
    }
    return parents.flatMap((id) => {
      const items = [...this.history.pointing(step.target.id, via, id)];
      return [...known.get(id)!, ...items.flatMap((item) => this.history.of(step.target.id, item)!.rows)];
    });
  }

  async #loadAggregate(
    condition: AggregateCondition,
    rows: readonly JsonObject[],
    bindings: Bindings,
    of: Collection,
    policy: ReadPolicy,
  ) {
    const ids = [...new Set(rows.map((row) => String(row.id)))];
    const known = this.#aggregates.get(condition) ?? new Map<string, { holds: boolean; from: Json | undefined }>();
    this.#aggregates.set(condition, known);
    for (const row of await readByIds(this.ctx, of, ids)) {
      known.set(row.id as string, { holds: false, from: startOf(condition, row) });
    }
    const where: Condition = { kind: "and", of: [inIds(of, ids), condition] };
    const tree = { collection: of, policy: policy, where, select: ["id"], sort: [], limit: { value: ids.length } };
    for (const { id } of (await this.ctx.source(of).store.find(tree, bindings)).rows) {
      const row = known.get(id as string);
      if (row) row.holds = true;
    }
  }
}

type AggregateCondition = Extract<Condition, { ref: FieldRef }>;

/** The row's own value at which an aggregate starts. Undefined: it starts at its list. */
function startOf({ ref }: AggregateCondition, row: JsonObject): Json | undefined {
  const [first] = ref.through!;
  return first!.via ? undefined : (row[first!.field.name] ?? null);
}

function raw(row: JsonObject): RowView {
  return { raw: row, shown: row, policy: null, unsure: SURE };
}

const SURE: ReadonlySet<string> = new Set();

/** Reads items without access rules. */
export async function readByIds(ctx: RequestContext, collection: Collection, ids: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const where = inIds(collection, ids);
  const tree = { collection, policy: FULL_ACCESS, where, select: null, sort: [], limit: { value: ids.length } };
  return (await ctx.source(collection).store.find(tree, bind(ctx, []))).rows;
}

function byId(collection: Collection) {
  return { ref: { field: collection.byName.get("id")! }, direction: "asc" as const };
}

export function inIds(collection: Collection, ids: readonly string[]): Condition {
  const ref = { field: collection.byName.get("id")! };
  return { kind: "in", ref, negated: false, operand: { value: [...ids] } };
}
