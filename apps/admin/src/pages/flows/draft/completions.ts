import { COMMON_PARTS, NODE_SPECS } from "./node-specs.ts";
import type { Path } from "./tree.ts";

const TRIGGER_PARTS: Readonly<Record<string, readonly string[]>> = {
  manual: [],
  webhook: ["verify"],
  cron: ["schedule", "zone", "missed"],
  change: ["events", "filter", "filter_before", "payload", "ordered"],
  date: ["collection", "field", "offset", "at", "zone", "filter"],
  job_failed: ["queues", "kinds", "names"],
};
const RIGHTS = ["as", "actions", "collections", "fetch", "functions", "mail", "ai"];
const LIST_KEYS: ReadonlySet<unknown> = new Set(["do", "else", "nodes"]);

/** Whether an object at this path is a node, as far as its place says. */
function isNodePlace(path: Path): boolean {
  const [list, before] = [path.at(-2), path.at(-3)];
  if (path[0] !== "nodes" || typeof path.at(-1) !== "number") return false;
  return LIST_KEYS.has(list) || (typeof list === "number" && before === "branches");
}

/** The keys that an object may have, by its place and what it has so far. */
export function keysAt(path: Path, value: Readonly<Record<string, unknown>>): readonly string[] {
  if (path.length === 0) return ["description", "triggers", "permissions", "nodes"];
  if (path.length === 1 && path[0] === "permissions") return RIGHTS;
  if (path.length === 2 && path[0] === "triggers") return ["type", ...(TRIGGER_PARTS[String(value.type)] ?? [])];
  if (!isNodePlace(path)) return path.at(-1) === "retry" ? ["attempts", "seconds"] : [];
  const spec = Object.hasOwn(NODE_SPECS, String(value.type)) ? NODE_SPECS[String(value.type)] : undefined;
  return [...COMMON_PARTS, ...(spec?.parts.map(({ name }) => name) ?? []), ...(spec?.lists ?? [])];
}

/** The texts that a key may have. */
export function textsAt(path: Path, key: string, value: Readonly<Record<string, unknown>>): readonly string[] {
  if (path.length === 2 && path[0] === "triggers" && key === "type") return Object.keys(TRIGGER_PARTS);
  if (!isNodePlace(path)) return [];
  if (key === "type") return Object.keys(NODE_SPECS);
  if (key === "on_error") return ["stop", "continue"];
  const spec = Object.hasOwn(NODE_SPECS, String(value.type)) ? NODE_SPECS[String(value.type)] : undefined;
  return spec?.parts.find(({ name }) => name === key)?.choices ?? [];
}
