import {
  type Collection,
  type Condition,
  coerce,
  type Field,
  invalid,
  isObject,
  isReference,
  isVirtual,
  type Json,
  type JsonObject,
  lookupOf,
  or,
  PlinthError,
  requireVisible,
} from "@plinth/core";
import { requireReadAccess } from "../access/read-policy.ts";
import { requireRightToGive } from "../access/writable-fields.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasValues } from "../read/conditions.ts";
import { visibleNames } from "../read/query-parts.ts";
import { hasGraph } from "./graph-input.ts";
import { ambiguousLookup, lookupNotFound, uniqueSets } from "./lookup-fields.ts";
import { inOperation } from "./operation-errors.ts";

/**
 * `{"country": {"$lookup": {"cca2": "AD"}}}`: a related item given by a unique field instead of its id, or by a text where the field's
 * type has a form for that, such as a file's path. It is found
 * under the caller's own read rules before the write, which then has its id like any other; the database refuses the id
 * if the item was deleted in between.
 */

const LOOKUP = "$lookup";
const MAX_DEPTH = 8;
/** Items that one statement finds. */
const CHUNK = 100;
const MAX_KNOWN = 20_000;

export interface LookupInput {
  readonly action: "create" | "update";
  readonly collection: Collection;
  readonly body: Json;
  /** The body's path in the request; empty for the request's body. */
  readonly path: string;
  /** The index within the caller's batch. */
  readonly operation?: number;
}

/** The bodies with ids in the place of lookups. Bodies without lookups are returned as they are. */
export async function resolveLookups(ctx: RequestContext, inputs: readonly LookupInput[]): Promise<Json[]> {
  const lookups = new Lookups(ctx);
  for (const input of inputs) located(input, () => lookups.collect(input));
  await lookups.find();
  return inputs.map((input) => located(input, () => lookups.resolve(input)));
}

/** One body. */
export async function resolveLookup(
  ctx: RequestContext,
  action: LookupInput["action"],
  collection: Collection,
  body: Json,
): Promise<Json> {
  if (!hasGraph(collection, body)) return body;
  return (await resolveLookups(ctx, [{ action, collection, body, path: "" }]))[0]!;
}

function located<T>({ operation }: LookupInput, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw operation !== undefined && error instanceof PlinthError ? inOperation(error, operation) : error;
  }
}

interface Lookup {
  readonly collection: Collection;
  /** The unique set, in the order of its definition. */
  readonly fields: readonly string[];
  readonly values: JsonObject;
  readonly key: string;
  readonly path: string;
}

/** In the place of an id: several items have the value. */
const SEVERAL = Symbol("several");

interface LookupsOptions {
  /** Any field may name an item, if no other item has its value: an import's map says so. */
  readonly byAnyField?: boolean;
}

/** Finds items by their unique fields and remembers their ids. */
export class Lookups {
  readonly #ids = new Map<string, string | typeof SEVERAL>();
  #wanted = new Map<string, Lookup>();

  constructor(
    private readonly ctx: RequestContext,
    private readonly options: LookupsOptions = {},
  ) {}

  /** Notes what a body looks up. Throws if a lookup is not valid. */
  collect({ action, collection, body, path }: LookupInput): void {
    const { catalog, principal } = this.ctx;
    let mayGive = false;
    this.#rewrite(collection, body, path, 0, (target, value, at) => {
      // Errors about a lookup describe fields, so only callers who may write them get these.
      if (!mayGive) requireRightToGive(catalog, principal, collection, action, body);
      mayGive = true;
      const lookup = this.#parse(target, value, at);
      if (!this.#ids.has(lookup.key)) this.#wanted.set(lookup.key, lookup);
      return null;
    });
  }

  /** Before the lookups of further bodies are noted: forgets those of earlier ones, where they are many. */
  makeRoom(): void {
    if (this.#ids.size > MAX_KNOWN) this.#ids.clear();
  }

  /** Finds what was noted. */
  async find(): Promise<void> {
    const wanted = [...this.#wanted.values()];
    this.#wanted = new Map();
    if (wanted.length === 0) return;
    const groups = Map.groupBy(wanted, ({ collection, fields }) => JSON.stringify([collection.id, fields]));
    for (const group of groups.values()) {
      for (let from = 0; from < group.length; from += CHUNK) await this.#findAll(group.slice(from, from + CHUNK));
    }
  }

  /** Whether an item of `target` that the body looks up is not known. */
  lacks({ collection, body, path }: LookupInput, target: Collection): boolean {
    let lacks = false;
    this.#rewrite(collection, body, path, 0, (to, value, at) => {
      if (to.id === target.id && !this.#ids.has(this.#parse(to, value, at).key)) lacks = true;
      return null;
    });
    return lacks;
  }

  /** The body with the ids that were found. Throws for the first lookup that found nothing. */
  resolve({ collection, body, path }: LookupInput): Json {
    return this.#rewrite(collection, body, path, 0, (target, value, at) => {
      const { key, values } = this.#parse(target, value, at);
      const id = this.#ids.get(key);
      const place = at.slice(0, -LOOKUP.length - 1);
      if (id === undefined) throw lookupNotFound(target, values, place);
      if (id === SEVERAL) throw ambiguousLookup(target, values, place);
      return id;
    });
  }

  async #findAll(group: readonly Lookup[]): Promise<void> {
    const { collection, fields } = group[0]!;
    if (uniqueSets(collection).some((set) => set.join() === fields.join())) {
      for (const [key, id] of await this.#read(group, group.length)) this.#ids.set(key, id);
      return;
    }
    // With twice as many rows as values, a value that fills them has several: the others are read again without it.
    for (let rest = group; rest.length > 0; ) {
      const most = 2 * rest.length;
      const rows = await this.#read(rest, most);
      const found = Map.groupBy(rows, ([key]) => key);
      for (const [key, same] of found) this.#ids.set(key, same.length > 1 ? SEVERAL : same[0]![1]);
      if (rows.length < most) return;
      rest = rest.filter(({ key }) => this.#ids.get(key) !== SEVERAL);
    }
  }

  /** Keys of the lookups, each with the id of an item that has its values. */
  async #read(group: readonly Lookup[], most: number): Promise<(readonly [key: string, id: string])[]> {
    const { ctx } = this;
    const { collection, fields } = group[0]!;
    const policy = requireReadAccess(ctx.catalog, ctx.principal, collection);
    const tree = {
      collection,
      policy,
      where: this.#among(group),
      select: ["id", ...fields.filter((name) => name !== "id")],
      sort: [],
      limit: { value: most },
    };
    const { rows } = await ctx.source(collection).store.find(tree, bind(ctx, []));
    return rows.map((row) => [keyOf(collection, fields, row as JsonObject), row.id as string] as const);
  }

  #among(group: readonly Lookup[]): Condition {
    const { collection, fields } = group[0]!;
    // Not as a filter, in which a text may be a variable or an expression.
    const [only] = fields;
    if (fields.length > 1) return or(...group.map(({ values }) => hasValues(collection, fields, values)));
    const field = collection.byName.get(only!)!;
    const wanted = group.map(({ values }) => values[only!]!);
    return { kind: "in", ref: { field }, negated: false, operand: { value: wanted } };
  }

  #parse(collection: Collection, value: Json, path: string): Lookup {
    const { catalog, principal } = this.ctx;
    const policy = requireReadAccess(catalog, principal, collection);
    const sets = uniqueSets(collection);
    const visible = visibleNames(collection, policy);
    const shown = sets.filter((set) => set.every((name) => visible.includes(name)));
    const expected = `expected a unique field or set of ${collection.slug} (${shown.map((set) => set.join("+")).join(", ")}) with its value`;
    if (!isObject(value)) throw invalid(path, expected);
    const names = Object.keys(value);
    for (const name of names) if (collection.byName.has(name)) requireVisible(policy, name, `${path}.${name}`);
    const unique = sets.find((set) => set.length === names.length && set.every((name) => names.includes(name)));
    const fields = unique ?? (this.options.byAnyField && names.length === 1 ? names : undefined);
    if (!fields) throw invalid(path, expected);
    const values: JsonObject = {};
    for (const name of fields) {
      if (value[name] === null) throw invalid(`${path}.${name}`, "null identifies no item");
      values[name] = coerce(collection.byName.get(name)!, value[name]!, `${path}.${name}`);
    }
    return { collection, fields, values, key: keyOf(collection, fields, values), path };
  }

  /** The body with every lookup replaced. Copies only what changes. */
  #rewrite(collection: Collection, body: Json, path: string, depth: number, replace: Replace): Json {
    if (!isObject(body) || depth > MAX_DEPTH) return body;
    let copy: JsonObject | undefined;
    for (const name in body) {
      const value = body[name]!;
      if (value === null || (typeof value !== "object" && typeof value !== "string")) continue;
      const field = collection.byName.get(name);
      if (!field || !(isReference(field) || isVirtual(field))) continue;
      const target = this.ctx.catalog.collections.get(field.to!);
      if (!target) continue;
      const at = path === "" ? name : `${path}.${name}`;
      const next = isReference(field)
        ? this.#one(target, lookupFor(field, value), at, depth, replace)
        : this.#list(field, target, value, at, depth, replace);
      if (next === value) continue;
      copy ??= { ...body };
      copy[name] = next;
    }
    return copy ?? body;
  }

  #one(target: Collection, value: Json, path: string, depth: number, replace: Replace): Json {
    if (!isLookup(value)) return this.#rewrite(target, value, path, depth + 1, replace);
    onlyLookup(value, path, []);
    return replace(target, value[LOOKUP]!, `${path}.${LOOKUP}`);
  }

  /** A list of new items, or `{"create": […], "link": […]}`. */
  #list(field: Field, target: Collection, value: Json, path: string, depth: number, replace: Replace): Json {
    const entries = (list: Json[], at: string): Json[] => {
      const next = list.map((entry, i) => this.#entry(target, lookupFor(field, entry), `${at}.${i}`, depth, replace));
      return next.every((entry, i) => entry === list[i]) ? list : next;
    };
    if (Array.isArray(value)) return entries(value, path);
    if (!isObject(value)) return value;
    let copy: JsonObject | undefined;
    for (const [key, list] of Object.entries(value)) {
      if (!Array.isArray(list)) continue;
      const next = entries(list, `${path}.${key}`);
      if (next === list) continue;
      copy ??= { ...value };
      copy[key] = next;
    }
    return copy ?? value;
  }

  #entry(target: Collection, entry: Json, path: string, depth: number, replace: Replace): Json {
    if (!isLookup(entry)) return this.#rewrite(target, entry, path, depth + 1, replace);
    onlyLookup(entry, path, ["$junction"]);
    const id = replace(target, entry[LOOKUP]!, `${path}.${LOOKUP}`);
    return entry.$junction === undefined ? id : { id, $junction: entry.$junction };
  }
}

type Replace = (target: Collection, value: Json, path: string) => Json;

function isLookup(value: Json): value is JsonObject {
  return isObject(value) && Object.hasOwn(value, LOOKUP);
}

/** A text that names the item, as a lookup. */
function lookupFor(field: Field, value: Json): Json {
  const fields = typeof value === "string" ? lookupOf(field, value) : undefined;
  return fields ? { [LOOKUP]: fields } : value;
}

function onlyLookup(value: JsonObject, path: string, others: readonly string[]): void {
  const other = Object.keys(value).find((name) => name !== LOOKUP && !others.includes(name));
  if (other !== undefined)
    throw invalid(`${path}.${other}`, `${LOOKUP} finds an existing item, so no other fields fit here`, "UNKNOWN_FIELD");
}

function keyOf(collection: Collection, fields: readonly string[], row: JsonObject): string {
  return JSON.stringify([collection.id, fields, fields.map((name) => row[name])]);
}
