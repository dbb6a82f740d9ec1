import {
  ALWAYS,
  and,
  type Collection,
  type Condition,
  type Expansion,
  excerpt,
  type Field,
  type FieldValue,
  type Find,
  fieldPolicyOf,
  invalid,
  isRelational,
  type Output,
  OWNER,
  ownerHint,
  type ReadPolicy,
  type RelationRef,
  requireVisible,
  stepFrom,
  suggest,
  unknownField,
} from "@plinth/core";
import { visibleRelation } from "../access/visible-relation.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { parseExpand, requiredFilter } from "./expand.ts";
import { type ExpandedRead, readGroups } from "./expansion-groups.ts";
import { parseFields } from "./fields.ts";
import type { ExpansionInput, SelectionInput } from "./list-input.ts";
import { pageOf } from "./page.ts";
import { parseFilter, parseSort, referenceContext, storedNames, visibleNames } from "./query-parts.ts";

/** What a read returns for each item and its related items. */
export interface Selection {
  /** Null: all stored fields. */
  readonly select: readonly string[] | null;
  readonly outputs: readonly Output[];
  readonly expansions: readonly Expansion[];
  /** The condition that an item has its required related items. */
  readonly required: Condition;
  /** Equal for requests that may share a tree. */
  readonly shape: string;
  /** The requested names. Null: all fields. */
  readonly names: readonly string[] | null;
}

/** Each costs one or two statements. With aliases, one relation can be expanded several times on every level. */
const MAX_EXPANSIONS = 200;

/** The position of a level in the request. */
interface Level {
  readonly path: string;
  readonly depth: number;
  /** How many more expansions the request may have, on all levels together. */
  readonly expansions: { left: number };
}

/** Values that `required` compares with are added to `values`. */
export function parseSelection(
  ctx: RequestContext,
  collection: Collection,
  policy: ReadPolicy,
  wanted: SelectionInput,
  values: FieldValue[],
  level: Level = { path: "", depth: 0, expansions: { left: MAX_EXPANSIONS } },
): Selection {
  const at = (name: string): string => (level.path === "" ? name : `${level.path}.${name}`);
  const fields = parseFields(collection, policy, wanted.fields, at("fields"), referenceContext(ctx));
  fields.own?.forEach((name) => {
    if (!collection.byName.has(name) && collection.kind !== "document")
      throw unknownField(collection, name, at("fields"), visibleNames(collection, policy));
    requireVisible(policy, name, at("fields"));
  });
  const expand = parseExpand(fields.nested, wanted.expand, at("expand"), level.depth);
  const parsed = [...expand].map(([as, options]) =>
    parseExpansion({ ctx, collection, policy, level }, as, options, at("expand")),
  );
  const expansions = parsed.map(({ expansion }) => expansion);
  const computedNames = fields.outputs.map(({ as }) => as);
  const [inPlace, added] = [true, false].map((one) => parsed.flatMap((p) => (p.inPlace === one ? p.names : [])));
  requireDistinct(
    [...(fields.own ?? storedNames(collection, policy)), ...inPlace!],
    [...computedNames, ...added!],
    at("fields"),
  );
  const filter = requiredFilter(expand);
  const required = filter && parseFilter(ctx, collection, filter, values, at("expand"));
  const keys = parsed.flatMap(({ key, expansion }) => (key ? [] : [expansion.key]));
  const select = fields.own && [...new Set(["id", ...fields.own, ...keys])];
  const outputs = [...fields.outputs, ...parsed.flatMap(({ key }) => key ?? [])];
  const columns = (select ?? storedNames(collection, policy)).length + outputs.length;
  if (outputs.length > 0 && columns + SPARE_COLUMNS > ctx.source(collection).store.capabilities.maxColumns)
    throw invalid(at("fields"), "these are more values than the database can return for one item", "LIMIT_EXCEEDED");
  const computed = outputs.map(({ as, ref, cast }) => [as, ref.field.name, ref.path, cast]);
  return {
    select,
    outputs,
    expansions,
    required: required?.condition ?? ALWAYS,
    shape: JSON.stringify([select, computed, required?.shape]),
    names: fields.own && [...new Set([...fields.own, ...inPlace!, ...computedNames, ...added!])],
  };
}

/** Columns that a statement may add: the parent's id, the position, and the sort values. */
const SPARE_COLUMNS = 13;

/** `names` are in the request. The item's id is always included. */
function requireDistinct(own: readonly string[], names: readonly string[], path: string): void {
  const taken = new Set(["id", ...own]);
  for (const name of names) {
    if (taken.has(name)) throw invalid(path, `two values have the name ${name}; rename one of them`);
    taken.add(name);
  }
}

const NAME = /^[a-z][a-z0-9_]{0,39}$/i;

/** The level at which a relation is expanded: items of a collection as the caller sees them. */
interface ExpandedLevel {
  readonly ctx: RequestContext;
  readonly collection: Collection;
  readonly policy: ReadPolicy;
  readonly level: Level;
}

interface ParsedExpansion {
  readonly expansion: Expansion;
  /** An extra column in the parent rows, by which the expansion finds its items. */
  readonly key?: Output;
  /** The names that the expansion adds to the parent rows. */
  readonly names: readonly string[];
  /** Replaces the field of the same name. */
  readonly inPlace: boolean;
}

/** One entry of `expand`. `path` is the position of `expand` in the request. */
function parseExpansion(above: ExpandedLevel, as: string, options: ExpansionInput, path: string): ParsedExpansion {
  const { ctx, collection, policy, level } = above;
  if (--level.expansions.left < 0)
    throw invalid(path, `at most ${MAX_EXPANSIONS} relations are allowed in all levels together`, "LIMIT_EXCEEDED");
  const at = `${path}.${as}`;
  const field = relationOf(above, as, options, path);
  const relation = visibleRelation(ctx, field, at);
  const { aggregates, spread: spreads } = options;
  const { read, names, shape, nothing } = aggregates
    ? readGroups(ctx, relation, { ...options, aggregates }, at)
    : readItems(above, relation, field, options, at);
  const spread = spreads ? spreadable(names, at) : undefined;
  const inPlace = as === field.name && !spread;
  const hidden = !relation.via && !inPlace;
  const key = relation.via ? "id" : hidden ? `$${as}` : field.name;
  const fieldPolicy = relation.via && fieldPolicyOf(policy, field.name);
  const expansion: Expansion = {
    as,
    key,
    read,
    shape,
    ...(hidden && { hidden }),
    ...(spread && { spread }),
    ...(fieldPolicy && { shownOn: idsWhere(collection, fieldPolicy) }),
    ...(nothing && { nothing }),
  };
  const own = field === OWNER ? collection.byName.get(OWNER.name)! : field;
  return { expansion, ...(hidden && { key: { as: key, ref: { field: own } } }), names: spread ?? [as], inPlace };
}

function relationOf(
  { collection, policy }: ExpandedLevel,
  as: string,
  { relation }: ExpansionInput,
  path: string,
): Field {
  const at = relation === undefined ? path : `${path}.${as}.relation`;
  const name = relation ?? as;
  const field = stepFrom(collection, name);
  if (field) requireVisible(policy, field.name, at);
  if (!field || !isRelational(field)) {
    const known = visibleNames(collection, policy);
    const relations = known.filter((one) => isRelational(collection.byName.get(one)!));
    const there =
      relations.length > 0 ? suggest(name, relations, "relations are") : `; ${collection.slug} has no relations`;
    if (name === "*") throw invalid(at, `name the relations to expand${there}`, "UNKNOWN_FIELD");
    if (!field) {
      const message = ownerHint(collection, name) ?? `${collection.slug} has no relation ${excerpt(name)}${there}`;
      throw invalid(at, message, "UNKNOWN_FIELD");
    }
    throw invalid(at, `${name} is not a relation${there}`);
  }
  if (!NAME.test(as)) throw invalid(path, `${excerpt(as)} is not a valid name; use letters, digits and _`);
  return field;
}

function spreadable(names: readonly string[] | null, path: string): readonly string[] {
  if (!names) throw invalid(`${path}.fields`, "name the fields to spread");
  return names;
}

function idsWhere(collection: Collection, fieldPolicy: Condition): Find {
  const id = collection.byName.get("id")!;
  const where: Condition = { kind: "in", ref: { field: id }, negated: false, operand: { slot: 0 } };
  return {
    collection,
    policy: { where: fieldPolicy, fields: null },
    where,
    select: ["id"],
    sort: [],
    limit: { slot: 1 },
  };
}

function readItems(
  { ctx, level }: ExpandedLevel,
  relation: RelationRef,
  field: Field,
  options: ExpansionInput,
  path: string,
): ExpandedRead {
  const { target, policy } = relation;
  const values: FieldValue[] = [[]];
  for (const name of ["group_by", "having"] as const) {
    if (options[name] !== undefined) throw invalid(`${path}.${name}`, "goes with aggregates");
  }
  const filter = parseFilter(ctx, target, options.filter, values, `${path}.filter`);
  const below: Level = { ...level, path, depth: level.depth + 1 };
  const selection = parseSelection(ctx, target, policy, options, values, below);
  const { select, outputs, expansions, names } = selection;
  const isInOrder = relation.junction?.order !== undefined && options.sort === undefined;
  const base = {
    collection: target,
    policy,
    where: and(filter.condition, selection.required),
    select,
    ...(outputs.length > 0 && { outputs }),
    parentFilter: { relation, parents: { slot: 0 }, ...(isInOrder && { inOrder: true as const }) },
  };
  if (!relation.via) {
    for (const name of ["sort", "limit", "offset"] as const) {
      if (options[name] !== undefined)
        throw invalid(`${path}.${name}`, `${field.name} is a single item, so this option does not apply`);
    }
    const tree: Find = { ...base, sort: [], limit: { value: 1 } };
    return { read: { tree, values, expansions }, shape: "one", names };
  }
  const sort = parseSort(ctx, target, policy, options.sort, `${path}.sort`);
  const tree: Find = { ...base, sort: sort.terms, ...pageOf(ctx, options, path) };
  return { read: { tree, values, expansions }, shape: "list", names };
}
