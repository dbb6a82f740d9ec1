import type { Json } from "@plinth/core";
import type { Case, Operation, OperationResult } from "./case.ts";
import type { Run } from "./run-case.ts";

/** Where two engines part ways, or where one fails in a way that no caller should ever see. */
export interface Disagreement {
  readonly kind: "answer" | "refusal" | "crash" | "state" | "evaluator" | "log";
  /** The operation's index; absent where only the state afterwards tells. */
  readonly operation?: number;
  readonly engines: readonly [string, string];
  readonly found: readonly [unknown, unknown];
}

/** Doubles are summed in the order in which an engine meets them. */
const TOLERANCE = 1e-9;

export function compareRuns(
  one: Case,
  a: { name: string; run: Run },
  b: { name: string; run: Run },
): Disagreement | undefined {
  const engines = [a.name, b.name] as const;
  for (const i of one.operations.keys()) {
    const found = [a.run.results[i]!, b.run.results[i]!] as const;
    const kind = compareResults(...found, sums(one.operations[i]!));
    if (kind) return { kind, operation: i, engines, found };
  }
  if (!same(a.run.state, b.run.state, false)) return { kind: "state", engines, found: [a.run.state, b.run.state] };
  for (const { name, run } of [a, b]) {
    if (run.log) return { kind: "log", engines: [`${name}'s change log`, name], found: run.log };
  }
  return undefined;
}

/** Of a read's own aggregates or those of related items. */
function sums(operation: Operation): boolean {
  return (
    operation.do === "aggregate" || ("parameters" in operation && JSON.stringify(operation).includes("aggregates"))
  );
}

function compareResults(a: OperationResult, b: OperationResult, roughly: boolean): Disagreement["kind"] | undefined {
  if ("crashed" in a || "crashed" in b) return "crash";
  if ("refused" in a && "refused" in b) return a.refused === b.refused && a.field === b.field ? undefined : "refusal";
  if ("refused" in a || "refused" in b) return "refusal";
  return same(a.answer, b.answer, roughly) ? undefined : "answer";
}

/** Equal up to the order of keys, which JSON does not have; `roughly`: fractions may differ in their last digits. */
export function same(a: Json, b: Json, roughly: boolean): boolean {
  if (typeof a === "number" && typeof b === "number") {
    if (a === b) return true;
    if (!roughly || (Number.isSafeInteger(a) && Number.isSafeInteger(b))) return false;
    return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, i) => same(item, b[i]!, roughly));
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && same(a[name]!, b[name]!, roughly));
}
