import { invalid, type PlinthError } from "../errors.ts";
import { excerpt } from "../excerpt.ts";
import type { Field } from "../fields/field.ts";
import { fieldType, isJson, isReference, isVirtual, jsonField } from "../fields/index.ts";
import { suggest } from "../nearest.ts";
import { OWNER, OWNER_NAME, ownerHint, stepFrom } from "../profiles.ts";
import { type Collection, DOCUMENT_COLUMN } from "../schema.ts";
import { advance, type PathBudget, START } from "./path-budget.ts";
import type { FieldRef, PathStep, RelatedAggregate, RelationRef } from "./query.ts";

/** Dotted names → references: through relations, into JSON, and aggregated over related items (`count(comments)`). */

export interface FilterContext {
  /** The related collection and what the caller may see of it; throws without any read access. */
  relation(collection: Collection, field: Field, path: string): RelationRef;
  /** Throws where the caller may not filter by a field of a collection. */
  visible?(collection: Collection, field: string, path: string): void;
  /** The names that an error may list; by default, all of them. */
  known?(collection: Collection): readonly string[];
  /** `slots`: literals go to slots (requests). `inline`: literals stay in the tree (rules). */
  readonly mode: "slots" | "inline";
  /** The condition was accepted before: it stays valid, even if new paths have stricter limits. */
  readonly stored?: boolean;
}

export type ReferenceContext = Pick<FilterContext, "relation" | "visible" | "known" | "stored">;

export const MAX_JSON_PATH = 16;

/** Represents the whole object of a document collection. */
export const DOCUMENT_FIELD: Field = jsonField(DOCUMENT_COLUMN);

const RELATED_AGGREGATE = /^(count|sum|avg|min|max)\(([^()]*)\)$/;

/** `count(comments)`, `max(orders.total)`: one value of related items. Undefined for any other text. */
export function parseRelatedAggregate(
  collection: Collection,
  text: string,
  path: string,
  context: ReferenceContext,
  budget: PathBudget = START,
): FieldRef | undefined {
  requireBounded(text, path);
  const match = RELATED_AGGREGATE.exec(text);
  if (!match) return undefined;
  const aggregate = match[1] as RelatedAggregate;
  const ref = resolvePath(collection, pathSteps(match[2]!, path), path, context, budget, aggregate);
  checkRelatedAggregate(aggregate, ref, path);
  return { ...ref, aggregate };
}

/**
 * `name`, `author.name`, `meta.tags[0]` or an aggregate of related items: one value for each item. Unknown names throw.
 */
export function parseReference(
  collection: Collection,
  text: string,
  path: string,
  context: ReferenceContext,
): FieldRef {
  return (
    parseRelatedAggregate(collection, text, path, context) ??
    resolvePath(collection, pathSteps(text, path), path, context, START)
  );
}

/** Longer than every path within the limits of relations and keys. */
const MAX_PATH_CHARS = 2500;
const INDEX = /^(?:0|-?[1-9]\d{0,8})$/;
const MAX_INDEX_CHARS = 10;

/** Before a path is parsed: parsing takes time for each character. */
function requireBounded(text: string, path: string): void {
  if (text.length <= MAX_PATH_CHARS) return;
  throw invalid(path, `a path may have at most ${MAX_PATH_CHARS} characters`, "LIMIT_EXCEEDED");
}

/** The names of a dotted text, with list indexes as numbers: `tags[0].name`, `tags[-1]`. */
export function pathSteps(text: string, path: string): PathStep[] {
  requireBounded(text, path);
  return text.split(".").flatMap(segmentSteps);
}

/** A key and the indexes after it. A segment without a key, or with anything else in brackets, is a key as a whole. */
function segmentSteps(segment: string): PathStep[] {
  const indexes: number[] = [];
  let end = segment.length;
  while (segment[end - 1] === "]") {
    const open = segment.lastIndexOf("[", end - 1);
    const index = segment.slice(open + 1, end - 1);
    if (open < 1 || index.length > MAX_INDEX_CHARS || !INDEX.test(index)) break;
    indexes.push(Number(index));
    end = open;
  }
  return [segment.slice(0, end), ...indexes.reverse()];
}

export function stepsText(steps: readonly PathStep[]): string {
  return steps.map((step, i) => (typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${step}`)).join("");
}

/** A reference as filters write it: `author.name`, `meta.tags[0]`, `count(comments)`. */
export function nameOf({ field, path = [], through = [], aggregate }: FieldRef): string {
  const own = field === DOCUMENT_FIELD ? [] : [field.name];
  const relations = through.map(({ field: step }) => (step === OWNER ? OWNER_NAME : step.name));
  const steps = aggregate === "count" ? relations : [...relations, ...own, ...path];
  return aggregate === undefined ? stepsText(steps) : `${aggregate}(${stepsText(steps)})`;
}

function resolvePath(
  collection: Collection,
  segments: PathStep[],
  path: string,
  context: ReferenceContext,
  from: PathBudget,
  aggregate?: RelatedAggregate,
): FieldRef {
  const through: RelationRef[] = [];
  let at = collection;
  let budget = from;
  for (;;) {
    const name = String(segments.shift()!);
    const field = segments.length > 0 ? stepFrom(at, name) : at.byName.get(name);
    if (field || at.kind === "document") context.visible?.(at, field?.name ?? name, path);
    const many = field !== undefined && isVirtual(field);
    if (field && (many || (segments.length > 0 && isReference(field)))) {
      if (many && !aggregate) throw invalid(path, `${name} is a list; use a relation aggregate such as count(${name})`);
      if (through.some(({ via }) => via)) throw invalid(path, "a relation aggregate can go through one list only");
      budget = advance(budget, field, path, context.stored);
      const relation = context.relation(at, field, path);
      through.push(relation);
      at = relation.target;
      if (segments.length === 0) segments.push("id");
      continue;
    }
    if (aggregate && !through.at(-1)?.via)
      throw invalid(path, `${excerpt(name)} is not a list, so it cannot be aggregated`);
    return { ...leaf(at, field, name, segments, path, context), ...(through.length > 0 && { through }) };
  }
}

function leaf(
  collection: Collection,
  field: Field | undefined,
  name: string,
  rest: PathStep[],
  path: string,
  context: ReferenceContext,
): FieldRef {
  if (field ? !isJson(field) : collection.kind !== "document") {
    if (!field || rest.length > 0)
      throw unknownField(collection, stepsText([name, ...rest]), path, context.known?.(collection));
    return { field };
  }
  const keys = field ? rest : [name, ...rest];
  if (keys.length === 0) throw invalid(path, `name a path inside ${name}`);
  if (keys.length > MAX_JSON_PATH)
    throw invalid(path, `a path may have at most ${MAX_JSON_PATH} keys`, "LIMIT_EXCEEDED");
  for (const key of keys) checkPathSegment(key, path);
  return { field: field ?? DOCUMENT_FIELD, path: keys };
}

function checkRelatedAggregate(aggregate: RelatedAggregate, ref: FieldRef, path: string): void {
  if (aggregate === "count") return;
  if (ref.path) throw invalid(path, "a path inside JSON cannot be used in a relation aggregate");
  if (!fieldType(ref.field).aggregates.includes(aggregate)) {
    throw invalid(path, `${aggregate} cannot be used with ${ref.field.name}, whose type is ${ref.field.type}`);
  }
}

export function unknownField(
  collection: Collection,
  name: string,
  path: string,
  known: readonly string[] = [...collection.byName.keys()],
  /** Other words that may be meant. */
  words: readonly string[] = [],
): PlinthError {
  const message =
    ownerHint(collection, name) ??
    `${collection.slug} has no field ${excerpt(name)}${suggest(name, known, "it has", words)}`;
  return invalid(path, message, "UNKNOWN_FIELD");
}

/** Path segments become part of a JSON path expression, so characters that could end one are refused. */
export function checkPathSegment(segment: PathStep, path: string): void {
  if (typeof segment === "number") return;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (segment === "" || segment.length > 128 || /["\\\u0000-\u001f]/.test(segment) || !segment.isWellFormed()) {
    throw invalid(path, 'a path is made of keys of 1 to 128 characters without " and \\', "UNKNOWN_FIELD");
  }
}
