import {
  CAST_TYPES,
  type CastType,
  type Collection,
  DOCUMENT_FIELD,
  excerpt,
  invalid,
  isJson,
  isRelational,
  isVirtual,
  type Output,
  OWNER,
  ownerHint,
  parseReference,
  type ReadPolicy,
  type ReferenceContext,
  requireVisible,
  stepFrom,
} from "@plinth/core";
import type { FieldInput } from "./list-input.ts";

/** The parsed `fields`, level by level. */
export interface Fields {
  /** Field names of this level. Null: all fields. */
  readonly own: readonly string[] | null;
  readonly outputs: readonly Output[];
  /** Fields of the next level, by relation. Empty where only the relation was named. */
  readonly nested: ReadonlyMap<string, readonly FieldInput[]>;
}

const ALL: Fields = { own: null, outputs: [], nested: new Map() };
const MAX_OUTPUTS = 100;

/** The item's own fields, aliased values, and the fields of the next level. */
export function parseFields(
  collection: Collection,
  policy: ReadPolicy,
  fields: readonly FieldInput[] | undefined,
  path: string,
  context: ReferenceContext,
): Fields {
  if (fields === undefined) return ALL;
  const own: string[] = [];
  const outputs: Output[] = [];
  const nested = new Map<string, FieldInput[]>();
  for (const input of fields) {
    const output = parseOutput(collection, input, path, context);
    if (output) {
      outputs.push(output);
      continue;
    }
    const dot = input.path.indexOf(".");
    const first = dot < 0 ? input.path : input.path.slice(0, dot);
    const field = stepFrom(collection, first);
    // Before it matters what kind of field it is.
    if (field) requireVisible(policy, field.name, path);
    const isOwn = first === OWNER.name || (field !== OWNER && !(field && isVirtual(field)));
    if (dot < 0 && isOwn) own.push(input.path);
    else {
      const below = fieldsBelow(collection, first, input.path.slice(first.length + 1), path);
      nested.set(first, [...(nested.get(first) ?? []), ...(below === "" ? [] : [{ path: below }])]);
    }
  }
  requireOnce(outputs, path);
  if (outputs.length > MAX_OUTPUTS)
    throw invalid(path, `at most ${MAX_OUTPUTS} renamed values are allowed`, "LIMIT_EXCEEDED");
  return { own: own.includes("*") ? null : own, outputs, nested };
}

function fieldsBelow(collection: Collection, name: string, rest: string, path: string): string {
  const field = stepFrom(collection, name);
  if (field && isRelational(field)) return rest;
  if (field && isJson(field))
    throw invalid(
      path,
      `give what is inside ${name} a name, as in ${leafName(rest)}:${name}.${excerpt(rest)}`,
      "UNKNOWN_FIELD",
    );
  const message =
    (!field && ownerHint(collection, name)) || `${excerpt(name)} is not a relation, so a path cannot go through it`;
  throw invalid(path, message, "UNKNOWN_FIELD");
}

function leafName(rest: string): string {
  const name = rest
    .slice(-100)
    .split(".")
    .at(-1)!
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_");
  return /^[a-z]/.test(name) ? name.slice(0, 40) : "value";
}

/** A large value may not be selected repeatedly. */
function requireOnce(outputs: readonly Output[], path: string): void {
  const known = new Map<string, string>();
  for (const { as, ref, cast } of outputs) {
    const key = JSON.stringify([ref.field.name, ref.path, cast]);
    const before = known.get(key);
    if (before !== undefined) throw invalid(path, `${as} is the same as ${before}; name it only once`);
    known.set(key, as);
  }
}

/** Undefined for a plain name. */
function parseOutput(
  collection: Collection,
  { path: text, as: alias, cast: type }: FieldInput,
  path: string,
  context: ReferenceContext,
): Output | undefined {
  if (alias === undefined && type === undefined) return undefined;
  if (type !== undefined && !isCastType(type))
    throw invalid(path, `${excerpt(type)} is not a type; use ${CAST_TYPES.join(", ")}`);
  const ref = referenceTo(collection, text, path, context);
  const name = alias ?? ownName(ref);
  if (name === undefined)
    throw invalid(
      path,
      `give ${excerpt(text)} a name, as in ${leafName(text)}:${excerpt(text)}${type === undefined ? "" : `::${excerpt(type)}`}`,
    );
  if (type !== undefined && isJson(ref.field) && !ref.path) throw invalid(path, `name a path inside ${ref.field.name}`);
  return { as: name, ref, ...(type !== undefined && { cast: type }) };
}

/** The default name: fields and keys of a document have one. */
function ownName({ field, path }: Output["ref"]): string | undefined {
  if (!path) return field.name;
  return field === DOCUMENT_FIELD && path.length === 1 ? String(path[0]) : undefined;
}

function referenceTo(collection: Collection, text: string, path: string, context: ReferenceContext): Output["ref"] {
  const field = collection.byName.get(text);
  if (field && !isVirtual(field)) {
    context.visible?.(collection, text, path);
    return { field };
  }
  const { field: leaf, path: steps, through } = parseReference(collection, text, path, context);
  if (through) {
    const { name } = through[0]!.field;
    throw invalid(
      path,
      `${excerpt(text)} belongs to related items: use expand with ${name}, and spread to get its values here`,
    );
  }
  return { field: leaf, ...(steps && { path: steps }) };
}

function isCastType(text: string): text is CastType {
  return (CAST_TYPES as readonly string[]).includes(text);
}
