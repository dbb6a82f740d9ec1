import {
  type Access,
  ALWAYS,
  and,
  type Collection,
  type Condition,
  type Embed,
  type Field,
  type FieldValue,
  type Find,
  invalid,
  isRelational,
  maskOf,
  type Output,
  type RelationRef,
  requireVisible,
  unknownField,
} from "@plinth/core";
import { visibleRelation } from "../access/visible-relation.ts";
import type { Scope } from "../kernel/engine.ts";
import { type EmbeddedRead, readGroups } from "./embed-groups.ts";
import { parseExpand, requiredFilter } from "./expand.ts";
import { parseFields } from "./fields.ts";
import type { ExpansionInput, SelectionInput } from "./list-input.ts";
import { pageOf } from "./page.ts";
import { parseFilter, parseSort, referenceContext, storedNames, visibleNames } from "./query-parts.ts";

/** What a read returns of each item, and of what is related to it. */
export interface Selection {
  /** Null: all stored fields. */
  readonly select: readonly string[] | null;
  readonly outputs: readonly Output[];
  readonly embeds: readonly Embed[];
  /** That an item has the related items without which it is not wanted. */
  readonly required: Condition;
  /** Equal for requests that may share a tree. */
  readonly shape: string;
  /** What was asked for by name; null where all fields were. */
  readonly names: readonly string[] | null;
}

/** Each is a statement or two, and names of their own let one relation be embedded time and again on every level. */
const MAX_EMBEDS = 200;

/** Where a level stands in the request. */
interface Place {
  readonly path: string;
  readonly depth: number;
  /** How many more the request may have, on all levels together. */
  readonly embeds: { left: number };
}

/** Values that `required` compares with join `values`. */
export function parseSelection(
  scope: Scope,
  collection: Collection,
  access: Access,
  wanted: SelectionInput,
  values: FieldValue[],
  place: Place = { path: "", depth: 0, embeds: { left: MAX_EMBEDS } },
): Selection {
  const at = (name: string): string => (place.path === "" ? name : `${place.path}.${name}`);
  const fields = parseFields(collection, wanted.fields, at("fields"), referenceContext(scope));
  fields.own?.forEach((name) => {
    if (!collection.byName.has(name) && collection.kind !== "document")
      throw unknownField(collection, name, at("fields"), visibleNames(collection, access));
    requireVisible(access, name, at("fields"));
  });
  const expand = parseExpand(fields.nested, wanted.expand, at("expand"), place.depth);
  const parsed = [...expand].map(([as, options]) =>
    parseEmbed({ scope, collection, access, place }, as, options, at("expand")),
  );
  const embeds = parsed.map(({ embed }) => embed);
  const computedNames = fields.outputs.map(({ as }) => as);
  const [inPlace, added] = [true, false].map((one) => parsed.flatMap((p) => (p.inPlace === one ? p.names : [])));
  requireDistinct(
    [...(fields.own ?? storedNames(collection, access)), ...inPlace!],
    [...computedNames, ...added!],
    at("fields"),
  );
  const filter = requiredFilter(expand);
  const required = filter && parseFilter(scope, collection, filter, values, at("expand"));
  const keys = parsed.flatMap(({ key, embed }) => (key ? [] : [embed.key]));
  const select = fields.own && [...new Set(["id", ...fields.own, ...keys])];
  const outputs = [...fields.outputs, ...parsed.flatMap(({ key }) => key ?? [])];
  const columns = (select ?? storedNames(collection, access)).length + outputs.length;
  if (outputs.length > 0 && columns + SPARE_COLUMNS > scope.source(collection).store.capabilities.maxColumns)
    throw invalid(at("fields"), "these are more values than the database can return for one item", "LIMIT_EXCEEDED");
  const computed = outputs.map(({ as, ref, cast }) => [as, ref.field.name, ref.path, cast]);
  return {
    select,
    outputs,
    embeds,
    required: required?.condition ?? ALWAYS,
    shape: JSON.stringify([select, computed, required?.shape]),
    names: fields.own && [...new Set([...fields.own, ...inPlace!, ...computedNames, ...added!])],
  };
}

/** What a statement gives besides: whose an item is, where it stands, and what it is sorted by. */
const SPARE_COLUMNS = 13;

/** `names` are given in the request; an item has its id in any case. */
function requireDistinct(own: readonly string[], names: readonly string[], path: string): void {
  const taken = new Set(["id", ...own]);
  for (const name of names) {
    if (taken.has(name)) throw invalid(path, `two values have the name ${name}; rename one of them`);
    taken.add(name);
  }
}

const NAME = /^[a-z][a-z0-9_]{0,39}$/i;

/** Where a relation is embedded: into items of a collection, as its caller sees them. */
interface Above {
  readonly scope: Scope;
  readonly collection: Collection;
  readonly access: Access;
  readonly place: Place;
}

interface ParsedEmbed {
  readonly embed: Embed;
  /** What the rows above have to hold besides, for the embed to find what is theirs. */
  readonly key?: Output;
  /** What the rows above have of it. */
  readonly names: readonly string[];
  /** In the place of the field whose name it has. */
  readonly inPlace: boolean;
}

/** One entry of `expand`; `path` is where `expand` stands in the request. */
function parseEmbed(above: Above, as: string, options: ExpansionInput, path: string): ParsedEmbed {
  const { scope, collection, access, place } = above;
  if (--place.embeds.left < 0)
    throw invalid(path, `at most ${MAX_EMBEDS} relations are allowed in all levels together`, "LIMIT_EXCEEDED");
  const at = `${path}.${as}`;
  const field = relationOf(above, as, options, path);
  const relation = visibleRelation(scope, field, at);
  const { aggregates, spread: spreads } = options;
  const { read, names, shape, nothing } = aggregates
    ? readGroups(scope, relation, { ...options, aggregates }, at)
    : readItems(above, relation, field, options, at);
  const spread = spreads ? spreadable(names, at) : undefined;
  const inPlace = as === field.name && !spread;
  const hidden = !relation.via && !inPlace;
  const key = relation.via ? "id" : hidden ? `$${as}` : field.name;
  const mask = relation.via && maskOf(access, field.name);
  const embed: Embed = {
    as,
    key,
    read,
    shape,
    ...(hidden && { hidden }),
    ...(spread && { spread }),
    ...(mask && { shownOn: idsWhere(collection, mask) }),
    ...(nothing && { nothing }),
  };
  return { embed, ...(hidden && { key: { as: key, ref: { field } } }), names: spread ?? [as], inPlace };
}

function relationOf({ collection, access }: Above, as: string, { relation }: ExpansionInput, path: string): Field {
  const at = relation === undefined ? path : `${path}.${as}.relation`;
  const name = relation ?? as;
  const field = collection.byName.get(name);
  if (!field) throw unknownField(collection, name, at, visibleNames(collection, access));
  if (!isRelational(field)) throw invalid(at, `${name} is not a relation`);
  requireVisible(access, name, at);
  if (!NAME.test(as)) throw invalid(path, `${as.slice(0, 50)} is not a valid name; use letters, digits and _`);
  return field;
}

function spreadable(names: readonly string[] | null, path: string): readonly string[] {
  if (!names) throw invalid(`${path}.fields`, "name the fields to spread");
  return names;
}

function idsWhere(collection: Collection, mask: Condition): Find {
  const id = collection.byName.get("id")!;
  const where: Condition = { kind: "in", ref: { field: id }, negated: false, operand: { slot: 0 } };
  return { collection, access: { where: mask, fields: null }, where, select: ["id"], sort: [], limit: { slot: 1 } };
}

function readItems(
  { scope, place }: Above,
  relation: RelationRef,
  field: Field,
  options: ExpansionInput,
  path: string,
): EmbeddedRead {
  const { target, access } = relation;
  const values: FieldValue[] = [[]];
  for (const name of ["groupBy", "having"] as const) {
    if (options[name] !== undefined) throw invalid(`${path}.${name}`, "goes with aggregates");
  }
  const filter = parseFilter(scope, target, options.filter, values, `${path}.filter`);
  const below: Place = { ...place, path, depth: place.depth + 1 };
  const selection = parseSelection(scope, target, access, options, values, below);
  const { select, outputs, embeds, names } = selection;
  const base = {
    collection: target,
    access,
    where: and(filter.condition, selection.required),
    select,
    ...(outputs.length > 0 && { outputs }),
    under: { relation, parents: { slot: 0 } },
  };
  if (!relation.via) {
    for (const name of ["sort", "limit", "offset"] as const) {
      if (options[name] !== undefined)
        throw invalid(`${path}.${name}`, `${field.name} is a single item, so this option does not apply`);
    }
    const tree: Find = { ...base, sort: [], limit: { value: 1 } };
    return { read: { tree, values, embeds }, shape: "one", names };
  }
  const sort = parseSort(scope, target, access, options.sort, `${path}.sort`);
  const tree: Find = { ...base, sort: sort.terms, ...pageOf(scope, options, path) };
  return { read: { tree, values, embeds }, shape: "list", names };
}
