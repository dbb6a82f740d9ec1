import {
  type Collection,
  type Field,
  invalid,
  isObject,
  isReference,
  isUuid,
  isVirtual,
  type Json,
  type JsonObject,
  lookupOf,
  orderOf,
} from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import type { List } from "./links.ts";

/** The parts of a body that concern other items. */

export interface SplitBody {
  /** The fields of the item itself. */
  readonly own: JsonObject;
  /** To-one relations whose item is to be created. */
  readonly ones: ReadonlyMap<string, JsonObject>;
  readonly lists: ReadonlyMap<string, Json>;
}

/** Whether a body also concerns other items. Most do not. */
export function hasGraph(collection: Collection, body: Json): boolean {
  if (!isObject(body)) return false;
  for (const name in body) {
    const value = body[name];
    if (value === null || (typeof value !== "object" && typeof value !== "string")) continue;
    const field = collection.byName.get(name);
    if (!field) continue;
    if (typeof value === "string") {
      if (lookupOf(field, value)) return true;
    } else if (isVirtual(field) || (isReference(field) && !Array.isArray(value))) return true;
  }
  return false;
}

export function splitBody(collection: Collection, body: Json, path: string): SplitBody {
  if (!isObject(body)) throw invalid(path === "" ? "body" : path, "expected a JSON object");
  const own: JsonObject = {};
  const ones = new Map<string, JsonObject>();
  const lists = new Map<string, Json>();
  for (const [name, value] of Object.entries(body)) {
    const field = collection.byName.get(name);
    if (field && isReference(field) && isObject(value)) ones.set(name, value);
    else if (field && isVirtual(field)) lists.set(name, value);
    else own[name] = value;
  }
  return { own, ones, lists };
}

/** How a list's links are stored. */
export function relatedListOf(ctx: RequestContext, field: Field, path: string): List {
  const { collections } = ctx.catalog;
  const target = collections.get(field.to!);
  const between = field.through === undefined ? undefined : collections.get(field.through);
  const via = (between ?? target)?.byName.get(field.via!);
  const to = between?.byName.get(field.target ?? "");
  const order = between?.byName.get(orderOf(field)?.name ?? "");
  if (!target || !via || (field.through !== undefined && !to))
    throw invalid(path, `${field.name} points to a collection or field that no longer exists`);
  return { field, target, via, ...(between && { junction: { collection: between, to: to!, order } }) };
}

export interface ListEntry {
  readonly id: string;
  /** Fields of the junction row. */
  readonly junction: JsonObject;
}

export interface ListOrders {
  readonly create: readonly { readonly body: JsonObject; readonly junction: JsonObject; readonly path: string }[];
  readonly link: readonly ListEntry[];
  readonly unlink: readonly string[];
  /** The complete list: exactly these, which the body has at `setPath`. */
  readonly set?: readonly ListEntry[];
  readonly setPath?: string;
}

const KEYS = ["create", "link", "unlink", "set"] as const;

/**
 * `{"create": […], "link": […], "unlink": […], "set": […]}`. For a new item, also a list of items to create; for a list in an order of its
 * own, the ids of all its items.
 */
export function listOrders(list: List, value: Json, path: string, isNew: boolean): ListOrders {
  if (Array.isArray(value) && list.junction?.order)
    return { create: [], link: [], unlink: [], set: distinct(value, list, path), setPath: path };
  if (Array.isArray(value) && isNew) return { create: creations(list, value, path), link: [], unlink: [] };
  if (!isObject(value)) throw invalid(path, `expected an object with ${KEYS.join(", ")}`);
  for (const key of Object.keys(value)) {
    if (!(KEYS as readonly string[]).includes(key))
      throw invalid(`${path}.${key}`, `there is no such list operation; use ${KEYS.join(", ")}`, "UNKNOWN_FIELD");
  }
  const listAt = (key: (typeof KEYS)[number]): Json[] => {
    const entries = value[key] ?? [];
    if (!Array.isArray(entries)) throw invalid(`${path}.${key}`, "expected a list");
    return entries;
  };
  if (value.set !== undefined && (value.link !== undefined || value.unlink !== undefined))
    throw invalid(`${path}.set`, "replaces the whole list, so it cannot be combined with link and unlink");
  const links = (key: "link" | "set"): ListEntry[] => distinct(listAt(key), list, `${path}.${key}`);
  return {
    create: creations(list, listAt("create"), `${path}.create`),
    link: links("link"),
    unlink: listAt("unlink").map((id, i) => idOf(id, `${path}.unlink.${i}`)),
    ...(value.set !== undefined && { set: links("set"), setPath: `${path}.set` }),
  };
}

function creations(list: List, entries: readonly Json[], path: string): ListOrders["create"] {
  return entries.map((entry, i) => {
    const at = `${path}.${i}`;
    if (!isObject(entry)) throw invalid(at, "expected an object; ids are for link");
    const { $junction, ...body } = entry;
    return { body, junction: junctionOf(list, $junction, at), path: at };
  });
}

function distinct(entries: readonly Json[], list: List, path: string): ListEntry[] {
  const seen = new Set<string>();
  return entries.map((entry, i) => {
    const at = `${path}.${i}`;
    const link = linkOf(list, entry, at);
    if (seen.has(link.id)) throw invalid(at, "is listed twice");
    seen.add(link.id);
    return link;
  });
}

function linkOf(list: List, entry: Json, path: string): ListEntry {
  if (!isObject(entry)) return { id: idOf(entry, path), junction: {} };
  const { id, $junction, ...rest } = entry;
  const [other] = Object.keys(rest);
  if (other !== undefined) throw invalid(`${path}.${other}`, "a link may only have id and $junction", "UNKNOWN_FIELD");
  return { id: idOf(id ?? null, `${path}.id`), junction: junctionOf(list, $junction, path) };
}

function junctionOf(list: List, value: Json | undefined, path: string): JsonObject {
  if (value === undefined) return {};
  const at = `${path}.$junction`;
  if (!list.junction) throw invalid(at, `${list.field.name} has no junction`);
  if (!isObject(value)) throw invalid(at, "expected an object");
  for (const name of [list.via.name, list.junction.to.name, "id"]) {
    if (Object.hasOwn(value, name)) throw invalid(`${at}.${name}`, "is set by the link");
  }
  return value;
}

function idOf(value: Json, path: string): string {
  if (!isUuid(value)) throw invalid(path, "expected an item's id");
  return value.toLowerCase();
}
