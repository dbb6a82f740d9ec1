import { completeField, FIELD_TYPE_NAMES } from "@plinth/core";
import type { ApiObject } from "../request-command.ts";
import {
  builtInProblem,
  isSameSet,
  isServerField,
  keptSets,
  markBuiltIns,
  type NewBuiltIns,
  newBuiltIns,
} from "./built-in.ts";
import type { SchemaCollection, SchemaField, SchemaFile, SchemaRule, ServerSchema } from "./file.ts";

/** One difference between a file and a server. */
export interface SchemaChange {
  readonly change: "add" | "change" | "delete";
  readonly kind: "role" | "collection" | "field" | "rule";
  /** `films`, `films.title`; of a rule its role, action and collection. */
  readonly name: string;
  /** What is different about it. */
  readonly detail?: string;
}

export interface SchemaDiff {
  readonly changes: readonly SchemaChange[];
  /** What no request can do, in sentences. */
  readonly impossible: readonly string[];
  readonly newRoles: SchemaFile["roles"] & object;
  /** They come before all else; the rest is known for sure when they are there. */
  readonly newBuiltIns: NewBuiltIns["requests"];
  readonly newCollections: readonly SchemaCollection[];
  /** Of collections that are there: the bodies of their PATCH requests. */
  readonly patches: readonly { readonly slug: string; readonly body: ApiObject }[];
  readonly newRules: readonly SchemaRule[];
  readonly oldRuleIds: readonly string[];
  readonly oldFields: readonly { readonly slug: string; readonly field: string }[];
  readonly oldCollections: readonly string[];
  readonly oldRoles: readonly string[];
}

/** What a field is made with and keeps. */
const FIXED = ["type", "to", "on_delete", "precision", "scale"];
/** Lists that are replaced as a whole; without one, a collection has none. */
const LISTS = ["unique_together", "indexes", "indexed_paths"];
const TEXTS = ["default_sort", "note"];

/** What has to be done to the server, so that it has what is in the file. */
export function diffSchema(file: SchemaFile, server: ServerSchema, deletes: boolean): SchemaDiff {
  const collections = markBuiltIns(file.collections, server);
  const builtIns = newBuiltIns(collections, server);
  const there = new Map([...server.schema.collections, ...builtIns.made].map((one) => [one.slug, one]));
  const changes: SchemaChange[] = [];
  const problems = collections.map((one) => builtInProblem(one, server));
  const impossible = [...new Set(problems.filter((problem) => problem !== undefined))];
  const possible = collections.filter((_, i) => problems[i] === undefined);
  const newCollections = possible.filter(({ slug }) => !there.has(slug));
  const kept = possible.flatMap((wanted) => {
    const found = there.get(wanted.slug);
    return found ? [{ wanted, found }] : [];
  });
  const roles = diffRoles(file, server, deletes, changes);
  for (const { slug } of builtIns.made)
    changes.push({ change: "add", kind: "collection", name: slug, detail: "built in" });
  for (const { slug, fields } of newCollections)
    changes.push({ change: "add", kind: "collection", name: slug, detail: fields.map(({ name }) => name).join(", ") });
  const patches = kept.flatMap(({ wanted, found }) => {
    const body = diffCollection(wanted, found, changes, impossible);
    return Object.keys(body).length > 0 ? [{ slug: wanted.slug, body }] : [];
  });
  const rules = diffRules(file, server, changes);
  const oldFields = deletes ? kept.flatMap(({ wanted, found }) => goneFields(wanted, found)) : [];
  const wantedSlugs = new Set(collections.map(({ slug }) => slug));
  const gone = [...there.values()].filter(({ slug, system }) => !wantedSlugs.has(slug) && !system);
  const oldCollections = deletes ? gone.map(({ slug }) => slug) : [];
  for (const { slug, field } of oldFields) changes.push({ change: "delete", kind: "field", name: `${slug}.${field}` });
  for (const name of oldCollections) changes.push({ change: "delete", kind: "collection", name });
  const { requests } = builtIns;
  const parts = { newBuiltIns: requests, newCollections, patches, oldFields, oldCollections };
  return { changes, impossible, ...parts, ...rules, ...roles };
}

function diffRoles(file: SchemaFile, server: ServerSchema, deletes: boolean, changes: SchemaChange[]) {
  const names = new Set(server.schema.roles.map(({ name }) => name));
  const newRoles = (file.roles ?? []).filter(({ name }) => !names.has(name));
  const wanted = file.roles && new Set(file.roles.map(({ name }) => name));
  const oldRoles = deletes && wanted ? [...names].filter((name) => !wanted.has(name)) : [];
  for (const { name } of newRoles) changes.push({ change: "add", kind: "role", name });
  for (const name of oldRoles) changes.push({ change: "delete", kind: "role", name });
  return { newRoles, oldRoles };
}

function diffRules(file: SchemaFile, server: ServerSchema, changes: SchemaChange[]) {
  const { rules } = file;
  if (!rules) return { newRules: [], oldRuleIds: [] };
  const have = server.schema.rules.map(canonical);
  const want = rules.map(canonical);
  const newRules = rules.filter((_, i) => !have.includes(want[i]!));
  const old = server.schema.rules.flatMap((rule, i) =>
    want.includes(have[i]!) ? [] : [{ rule, id: server.ruleIds[i]! }],
  );
  for (const rule of newRules) changes.push({ change: "add", kind: "rule", ...ruleName(rule) });
  for (const { rule } of old) changes.push({ change: "delete", kind: "rule", ...ruleName(rule) });
  return { newRules, oldRuleIds: old.map(({ id }) => id) };
}

function ruleName({ role, action, collection, effect, ...rest }: SchemaRule): { name: string; detail: string } {
  const actions = Array.isArray(action) ? action.join(",") : String(action);
  return { name: `${role} ${effect} ${actions} ${collection}`, detail: JSON.stringify(rest) };
}

/** The body of the PATCH request; empty where nothing differs. */
function diffCollection(
  wanted: SchemaCollection,
  found: SchemaCollection,
  changes: SchemaChange[],
  impossible: string[],
): ApiObject {
  const { slug } = wanted;
  if ((wanted.kind ?? "managed") !== (found.kind ?? "managed")) impossible.push(`The kind of ${slug} cannot change.`);
  const fields = diffFields(wanted, found, changes, impossible);
  const lists = LISTS.filter((key) => canonical(setsOf(wanted, found, key)) !== canonical(found[key] ?? []));
  // Neither can be taken away, only replaced.
  const texts = TEXTS.filter((key) => wanted[key] !== undefined && wanted[key] !== found[key]);
  for (const key of [...lists, ...texts])
    changes.push({
      change: "change",
      kind: "collection",
      name: slug,
      detail: `${key} ${shown(found[key])} → ${shown(LISTS.includes(key) ? setsOf(wanted, found, key) : wanted[key])}`,
    });
  return {
    ...(fields.length > 0 && { fields }),
    ...Object.fromEntries(lists.map((key) => [key, setsOf(wanted, found, key)])),
    ...Object.fromEntries(texts.map((key) => [key, wanted[key]])),
  };
}

/** Those that are new or differ. */
function diffFields(
  wanted: SchemaCollection,
  found: SchemaCollection,
  changes: SchemaChange[],
  impossible: string[],
): SchemaField[] {
  const { slug } = wanted;
  const has = new Map(found.fields.map((field) => [field.name, field]));
  return wanted.fields
    .map((field) => asStored(field, slug))
    .filter((field) => {
      const current = has.get(field.name);
      const name = `${slug}.${field.name}`;
      const isOfServer = isServerField(found, field.name);
      if (!current) {
        // Another release of the server has it.
        if (isOfServer) return false;
        changes.push({ change: "add", kind: "field", name, detail: typeOf(field) });
        return true;
      }
      if (canonical(field) === canonical(current)) return false;
      const different = keysOf(field, current).filter((key) => canonical(field[key]) !== canonical(current[key]));
      const detail = different.map((key) => `${key} ${shown(current[key])} → ${shown(field[key])}`).join(", ");
      if (isOfServer) {
        impossible.push(`${name} is built in and cannot change (${detail}); leave it out of the file.`);
        return false;
      }
      for (const key of different.filter((one) => FIXED.includes(one)))
        impossible.push(`${key} of ${name} cannot change from ${shown(current[key])} to ${shown(field[key])}.`);
      changes.push({ change: "change", kind: "field", name, detail });
      return true;
    });
}

/** Those of the file, after those that the server keeps. */
function setsOf(wanted: SchemaCollection, found: SchemaCollection, key: string): unknown[] {
  const own = (wanted[key] ?? []) as string[][];
  return [...keptSets(found, key).filter((set) => !own.some((one) => isSameSet(set, one))), ...own];
}

/** With the settings that the server adds to fields of its type in the collection `slug`. */
function asStored(field: SchemaField, slug: string): SchemaField {
  const known = FIELD_TYPE_NAMES.find((name) => name === field.type);
  return known ? { ...field, ...completeField({ ...field, type: known }, slug) } : field;
}

function goneFields(wanted: SchemaCollection, found: SchemaCollection) {
  const names = new Set(wanted.fields.map(({ name }) => name));
  // The lists of the other side first: they refer to relations.
  const gone = found.fields.filter(({ name }) => !names.has(name) && !isServerField(found, name));
  const inOrder = gone.toSorted((a, b) => Number(b.via !== undefined) - Number(a.via !== undefined));
  return inOrder.map(({ name }) => ({ slug: wanted.slug, field: name }));
}

const keysOf = (...objects: ApiObject[]): string[] => [...new Set(objects.flatMap(Object.keys))];
const typeOf = ({ type, to }: SchemaField): string => (to === undefined ? type : `${type} to ${to}`);
const shown = (value: unknown): string => (value === undefined ? "none" : JSON.stringify(value));

/** The same text for what means the same: keys in order, and no flags that are off. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
      const entries = Object.entries(inner).filter(([, one]) => one !== false && one !== undefined);
      return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? "none"
  );
}
