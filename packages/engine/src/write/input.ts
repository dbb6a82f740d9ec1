import {
  type Collection,
  checkIndexedText,
  checkJson,
  coerce,
  constantDefault,
  type Field,
  type FieldChange,
  type Issue,
  instantAs,
  invalid,
  isObject,
  isSystemField,
  isUuid,
  isVirtual,
  type Json,
  listed,
  MAX_INDEX_BYTES,
  PlinthError,
  parseVariable,
  plainValue,
  type Row,
  resolveOperand,
  suggest,
  type Variables,
} from "@plinth/core";
import { parseChange, refuseOperatorAsKey, refuseStoredOperators } from "./operators.ts";

const MAX_ISSUES = 50;

/** A checked body: the values of its fields, in the domain's form. */
export interface CheckedInput {
  readonly values: Row;
  /** The fields in the body, without `id`. */
  readonly provided: readonly string[];
  /** Changes that depend on the stored value. Only in `partial` mode. */
  readonly changes?: readonly FieldChange[];
}

export interface InputOptions {
  /** The fields that an error may list. All unless given. */
  readonly names?: readonly string[];
  /** Values that the rules give to a new item with these fields. */
  readonly presets?: (provided: readonly string[]) => Readonly<Record<string, Json>>;
  /** The item may exist: required fields may be absent, except these. */
  readonly mayExistBy?: readonly string[] | undefined;
  /** The item comes from a collection, as in an import: its keys are data, whatever their names. */
  readonly stored?: boolean | undefined;
}

const UNNAMED: Issue = {
  field: "body",
  message: "a field that you may not see is required, and no rule gives it a value",
};

/**
 * Checks a body against its collection. `partial` ignores absent fields; otherwise required fields must be present or
 * have a default. Throws one error that lists all problems; `details.field` is the first.
 */
export function checkInput(
  collection: Collection,
  body: Json,
  mode: "create" | "partial" | "replace",
  prefix = "",
  { names = collection.fields.map((field) => field.name), presets, mayExistBy, stored }: InputOptions = {},
): CheckedInput {
  if (!isObject(body)) throw invalid(prefix === "" ? "body" : prefix, "expected a JSON object");
  const issues: Issue[] = [];
  const values: Row = {};
  let changes: FieldChange[] | undefined;
  const at = (name: string): string => (prefix === "" ? name : `${prefix}.${name}`);
  for (const name of Object.keys(body)) {
    if (issues.length >= MAX_ISSUES) break;
    collect(issues, () => {
      if (mode === "partial" && !stored && typeof body[name] === "object") {
        const change = parseChange(collection, name, collection.byName.get(name), body[name]!, at(name));
        if (change) {
          changes = [...(changes ?? []), change];
          return;
        }
      }
      const isKey = collection.kind === "document" && !collection.byName.has(name);
      if (isKey && mode !== "replace" && !stored) refuseOperatorAsKey(name, at(name));
      if (isUnknown(collection, name)) throw unknownField(collection, at(name), name, names);
      const value = checkField(collection, name, body[name]!, at(name), mode);
      if (mode === "partial" && !stored && typeof value === "object" && value !== null)
        refuseStoredOperators(value, at(name));
      if (value !== undefined) values[name] = value;
    });
  }
  if (mode !== "partial") {
    for (const { name } of collection.fields.filter((field) => field.required && field.default === undefined)) {
      if (mayExistBy && !mayExistBy.includes(name)) continue;
      if (Object.hasOwn(body, name) || Object.hasOwn(presets?.(Object.keys(values)) ?? {}, name)) continue;
      const issue = { field: at(name), message: "is required" };
      if (names.includes(name)) issues.push(issue);
      else if (!issues.includes(UNNAMED)) issues.push(UNNAMED);
    }
  }
  for (const path of collection.indexed_paths ?? []) collect(issues, () => checkIndexedPath(values, path, at(path)));
  if (issues.length > 0) throw asError(issues);
  const provided = Object.keys(values).filter((name) => name !== "id");
  if (!changes) return { values, provided };
  return { values, provided: [...provided, ...changes.map(({ key, field }) => key ?? field.name)], changes };
}

function collect(issues: Issue[], check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    const field = String(error.details?.field ?? "");
    const message = error.message.startsWith(`${field}: `) ? error.message.slice(field.length + 2) : error.message;
    issues.push({ field, message, code: error.code });
  }
}

function asError(issues: Issue[]): PlinthError {
  const [first] = issues;
  const others = listed(issues.slice(1).map(({ field }) => field));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more: ${others})` : "";
  return new PlinthError(first!.code ?? "VALIDATION", `${first!.field}: ${first!.message}${more}`, {
    field: first!.field,
    issues,
  });
}

function checkIndexedPath(values: Row, path: string, at: string): void {
  const value = path.split(".").reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null && Object.hasOwn(inner, key) ? inner[key as never] : undefined;
  }, values);
  if (typeof value === "string") checkIndexedText({ index_bytes: MAX_INDEX_BYTES }, value, at);
}

function isUnknown(collection: Collection, name: string): boolean {
  return !collection.byName.has(name) && (collection.kind !== "document" || isSystemField(name));
}

function unknownField({ slug }: Collection, path: string, name: string, names: readonly string[]): PlinthError {
  return invalid(path, `${slug} has no such field${suggest(name, names, "it has", ["$lookup"])}`, "UNKNOWN_FIELD");
}

function checkField(
  collection: Collection,
  name: string,
  value: Json,
  path: string,
  mode: "create" | "partial" | "replace",
): Json | undefined {
  if (isSystemField(name)) return checkSystemField(name, value, path, mode);
  const field = collection.byName.get(name);
  if (!field) {
    if (name === "__proto__") throw invalid(path, "is a reserved name");
    // Checks the key together with the value.
    checkJson({ [name]: value }, prefixOf(path, name));
    return value;
  }
  if (value === null && !isVirtual(field)) {
    if (field.required) throw invalid(path, "is required and cannot be null");
    return null;
  }
  return coerce(field, value, path);
}

function prefixOf(path: string, name: string): string {
  return path === name ? "" : path.slice(0, -name.length - 1);
}

function checkSystemField(name: string, value: Json, path: string, mode: string): Json | undefined {
  if (name === "id") {
    if (mode !== "create") throw invalid(path, "cannot be changed");
    if (!isUuid(value)) throw invalid(path, "expected a UUID, or no id to have one generated");
    return value.toLowerCase();
  }
  if (name !== "owner_id") throw invalid(path, "is set by the server");
  if (value !== null && (typeof value !== "string" || value.length > 64 || value.includes("\0")))
    throw invalid(path, "expected a user's id");
  return value;
}

/** Completes a create or replace in place: presets, then defaults, then null. Fields in the body keep their value. */
export function fill(
  collection: Collection,
  values: Row,
  presets: Readonly<Record<string, Json>>,
  context: { variables: Variables; uuid: () => string },
): Row {
  for (const [name, preset] of Object.entries(presets)) {
    if (!Object.hasOwn(values, name)) values[name] = resolvePreset(collection, name, preset, context.variables);
  }
  for (const field of collection.fields) {
    if (!Object.hasOwn(values, field.name) && !isVirtual(field)) values[field.name] = defaultOf(field, context);
  }
  return values;
}

function resolvePreset(collection: Collection, name: string, preset: Json, variables: Variables): Json {
  // Checked when the rule was stored.
  const variable = parseVariable(preset, `presets.${name}`, { stored: true });
  if (!variable) return plainValue(preset);
  return resolveOperand(variable, { values: [], variables }, collection.byName.get(name)) as Json;
}

function defaultOf(field: Field, context: { variables: Variables; uuid: () => string }): Json {
  if (field.default === undefined) return null;
  if (field.default === "$now") return instantAs(field, context.variables.now);
  if (field.default === "$uuid") return context.uuid();
  return constantDefault(field)!;
}

/** The row in wire order, with every column. */
export function inOrder(collection: Collection, row: Row): Row {
  const ordered: Row = {};
  if (collection.kind === "document") {
    ordered.id = row.id!;
    for (const name of Object.keys(row)) if (!isSystemField(name)) ordered[name] = row[name]!;
  }
  for (const name of collection.stored.keys()) ordered[name] = row[name] ?? null;
  return ordered;
}
