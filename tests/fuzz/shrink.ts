import type { Json, JsonObject } from "@plinth/core";

/**
 * Makes a failing case smaller for as long as it fails: operations go first, in ever smaller runs; then any part of
 * those that are left: rows, fields, conditions, whatever their JSON consists of.
 */
export async function shrink<T extends { readonly operations: readonly object[] }>(
  one: T,
  fails: (smaller: T) => Promise<boolean>,
  deadline: number,
): Promise<T> {
  let best = one;
  const attempt = async (operations: Json[]): Promise<boolean> => {
    if (Date.now() > deadline) return false;
    const smaller: T = { ...one, operations };
    if (!(await fails(smaller))) return false;
    best = smaller;
    return true;
  };
  const current = (): Json[] => best.operations as readonly object[] as Json[];
  await dropRuns(current, attempt);
  for (let before = ""; before !== JSON.stringify(best) && Date.now() < deadline; ) {
    before = JSON.stringify(best);
    await simplifyParts(current, attempt);
    await dropRuns(current, attempt);
  }
  return best;
}

type Attempt = (operations: Json[]) => Promise<boolean>;

async function dropRuns(current: () => Json[], attempt: Attempt): Promise<void> {
  for (let size = current().length; size >= 1; size = Math.floor(size / 2)) {
    // From the end, as later operations depend on earlier ones.
    for (let end = current().length; end > 0; end -= size) {
      const from = Math.max(0, end - size);
      await attempt(current().toSpliced(from, end - from));
    }
  }
}

async function simplifyParts(current: () => Json[], attempt: Attempt): Promise<void> {
  for (let i = current().length - 1; i >= 0; i--) {
    for (let at = 0; ; ) {
      const candidate = nth(simplerOperation(current()[i] as JsonObject), at);
      if (candidate === undefined) break;
      // Where one is taken, its successors of the same place come next.
      if (!(await attempt(current().with(i, candidate)))) at++;
    }
  }
}

function nth(candidates: Iterable<Json>, index: number): Json | undefined {
  let at = 0;
  for (const candidate of candidates) if (at++ === index) return candidate;
  return undefined;
}

/** What an operation consists of stays; what is in those parts is free to go. */
function* simplerOperation(operation: JsonObject): Generator<Json> {
  for (const [part, value] of Object.entries(operation)) {
    if (typeof value !== "object") continue;
    for (const less of simpler(value)) yield { ...operation, [part]: less };
  }
}

/** Versions of a value with one part less, or with a part in the place of the whole; the boldest first. */
function* simpler(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const i of value.keys()) yield value.toSpliced(i, 1);
    for (const [i, item] of value.entries()) for (const less of simplerInner(item)) yield value.with(i, less);
  } else if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) yield without(value, key);
    for (const [key, item] of Object.entries(value))
      for (const less of simplerInner(item)) yield { ...value, [key]: less };
  } else if (typeof value === "string") {
    yield* simplerText(value);
  }
}

function* simplerInner(value: Json): Generator<Json> {
  if (typeof value === "object" && value !== null) yield* Object.values(value);
  yield* simpler(value);
}

function* simplerText(text: string): Generator<string> {
  if (!text.includes(",")) return;
  const parts = text.split(",");
  for (const i of parts.keys()) yield parts.toSpliced(i, 1).join(",");
}

function without(value: JsonObject, key: string): JsonObject {
  const { [key]: _gone, ...rest } = value;
  return rest;
}
