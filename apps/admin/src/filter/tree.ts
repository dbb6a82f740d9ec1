import type { Json, JsonObject } from "@plinth/core";
import { isObject } from "@plinth/core";
import { boundsOf, DURING, periodOf, readPeriod, writePeriod } from "./periods.ts";

/** A filter as the builder shows it. Ids are for React alone. */
export type FilterNode = FilterGroup | FilterCondition | FilterRaw;

export interface FilterGroup {
  kind: "group";
  id: string;
  join: "and" | "or";
  /** Holds where the group does not. */
  negated: boolean;
  children: readonly FilterNode[];
}

export interface FilterCondition {
  kind: "condition";
  id: string;
  path: string;
  op: string;
  /** `undefined`: not filled in yet, so the condition is left out. */
  value: Json | undefined;
}

/** What the builder has no form for, such as `_every`. It is kept as it is. */
export interface FilterRaw {
  kind: "raw";
  id: string;
  filter: JsonObject;
}

let serial = 0;
const newId = (): string => `f${++serial}`;

export const newCondition = (path: string, op: string): FilterCondition => ({
  kind: "condition",
  id: newId(),
  path,
  op,
  value: undefined,
});

export const newGroup = (join: "and" | "or", children: readonly FilterNode[] = []): FilterGroup => ({
  kind: "group",
  id: newId(),
  join,
  negated: false,
  children,
});

const JOINS: Readonly<Record<string, "and" | "or">> = { $and: "and", _and: "and", $or: "or", _or: "or" };

const isOperator = (key: string): boolean => key.startsWith("_");

/** Reads any filter; what it does not know becomes a raw part, so that nothing is lost. */
export function parseFilter(filter: JsonObject | null | undefined): FilterGroup {
  const root = readObject(filter ?? {});
  return root.kind === "group" && !root.negated ? root : newGroup("and", [root]);
}

function readObject(filter: JsonObject): FilterNode {
  const nodes = Object.entries(filter).flatMap(([key, value]) => readEntry(key, value as Json));
  const [only] = nodes;
  return only?.kind === "group" && nodes.length === 1 ? only : newGroup("and", nodes);
}

function readEntry(key: string, value: Json): FilterNode[] {
  const join = Object.hasOwn(JOINS, key) ? JOINS[key] : undefined;
  if (join && Array.isArray(value) && value.every(isObject)) {
    return [
      newGroup(
        join,
        value.flatMap((part) => simplest(readObject(part as JsonObject))),
      ),
    ];
  }
  if ((key === "$not" || key === "_not") && isObject(value)) {
    const inner = readObject(value);
    return [
      inner.kind === "group" ? { ...inner, negated: !inner.negated } : { ...newGroup("and", [inner]), negated: true },
    ];
  }
  if (key.startsWith("$") || isOperator(key)) return [raw({ [key]: value })];
  return readField(key, value);
}

/** A group of one is that one. */
function simplest(node: FilterNode): FilterNode[] {
  return node.kind === "group" && !node.negated && node.children.length === 1 ? [...node.children] : [node];
}

function readField(path: string, value: Json): FilterNode[] {
  if (value === null) return [condition(path, "_null", true)];
  if (!isObject(value) || Object.keys(value).some((key) => key === "$now" || key === "$literal")) {
    return [Array.isArray(value) ? raw({ [path]: value }) : condition(path, "_eq", value)];
  }
  const entries = Object.entries(value) as [string, Json][];
  const period = entries.length === 2 ? periodOf(value) : undefined;
  if (period) return [condition(path, DURING, writePeriod(period))];
  return entries.flatMap(([key, part]) => {
    if (["_some", "_none", "_every"].includes(key) || key.startsWith("$")) return [raw({ [path]: { [key]: part } })];
    return isOperator(key) ? [condition(path, key, part)] : readField(`${path}.${key}`, part);
  });
}

const condition = (path: string, op: string, value: Json): FilterCondition => ({ ...newCondition(path, op), value });

const raw = (filter: JsonObject): FilterRaw => ({ kind: "raw", id: newId(), filter });

/** Both hold; what each group says stays a condition of its own. */
export function joinGroups(first: FilterGroup, second: FilterGroup): FilterGroup {
  const parts = [first, second].filter(({ children }) => children.length > 0);
  return newGroup(
    "and",
    parts.flatMap((group) => (group.join === "and" && !group.negated ? group.children : [group])),
  );
}

/** `undefined` where nothing is filled in. */
export function writeFilter(node: FilterNode): JsonObject | undefined {
  if (node.kind === "raw") return node.filter;
  if (node.kind === "condition")
    return node.value === undefined ? undefined : { [node.path]: operatorsIn(node, node.value) };
  const parts = node.children.map(writeFilter).filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const whole = node.join === "or" && parts.length > 1 ? { $or: parts } : merged(parts);
  return node.negated ? { $not: whole } : whole;
}

function operatorsIn({ op }: FilterCondition, value: Json): JsonObject {
  const period = op === DURING && typeof value === "string" ? readPeriod(value) : undefined;
  return period ? boundsOf(period) : { [op]: value };
}

/** One object where no two parts have the same key, else `$and`. */
function merged(parts: readonly JsonObject[]): JsonObject {
  const keys = parts.flatMap((part) => Object.keys(part));
  return new Set(keys).size === keys.length ? Object.assign({}, ...parts) : { $and: [...parts] };
}

/** Conditions that are filled in, for a badge. */
export function countConditions(node: FilterNode): number {
  if (node.kind === "group") return node.children.reduce((sum, child) => sum + countConditions(child), 0);
  return node.kind === "raw" || node.value !== undefined ? 1 : 0;
}

/** Whether each condition is filled in, so that the filter holds all that is shown. */
export function isFilledIn(node: FilterNode): boolean {
  return node.kind === "group" ? node.children.every(isFilledIn) : node.kind === "raw" || node.value !== undefined;
}

/** The tree with one node replaced, or taken out by `null`. */
export function replaceNode(group: FilterGroup, id: string, next: FilterNode | null): FilterGroup {
  const children = group.children.flatMap((child) => {
    if (child.id === id) return next ? [next] : [];
    return [child.kind === "group" ? replaceNode(child, id, next) : child];
  });
  return { ...group, children };
}
