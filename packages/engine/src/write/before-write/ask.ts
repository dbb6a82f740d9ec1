import {
  invalid,
  isObject,
  isSystemField,
  isVirtual,
  type Json,
  type JsonObject,
  PlinthError,
  type Row,
} from "@plinth/core";
import { type AskedWrite, hooksOf, type WriteHook } from "../../kernel/before-write.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { checkInput } from "../input.ts";
import { inOperation } from "../operation-errors.ts";
import type { HookedItem } from "./plan.ts";

const MAX_MESSAGE = 500;

/** What a hook says of one write. Null: nothing. */
type Verdict = { readonly set: Row } | { readonly refuse: PlinthError } | null;

/** Asks the hooks of the items, one after another: each sees what those before it have set. Throws what one of them refuses. */
export async function askHooks(ctx: RequestContext, items: readonly HookedItem[]): Promise<void> {
  const hooks = new Set(items.flatMap(({ collection }) => hooksOf(ctx.catalog, collection)));
  const byName = Map.groupBy(hooks, ({ name }) => name);
  for (const name of [...byName.keys()].sort()) {
    const own = items.filter((item) => byName.get(name)!.some((hook) => concerns(hook, item)));
    if (own.length > 0) await askHook(ctx, name, own);
  }
}

function concerns({ collection, events }: WriteHook, item: HookedItem): boolean {
  return collection === item.collection.slug && events.includes(item.event);
}

async function askHook(ctx: RequestContext, name: string, items: readonly HookedItem[]): Promise<void> {
  const { beforeWrite } = ctx.engine;
  if (!beforeWrite) throw new PlinthError("BEFORE_WRITE_FAILED");
  const verdicts = await beforeWrite.ask(ctx, name, items.map(shown), (answer) => verdictsIn(answer as Json, items));
  verdicts.forEach((verdict, i) => {
    const item = items[i]!;
    if (verdict === null) return;
    if ("refuse" in verdict) throw located(verdict.refuse, item);
    Object.assign(item.set, verdict.set);
    item.data = { ...item.data, ...verdict.set };
  });
}

function shown({ event, collection, id, data, old }: HookedItem): AskedWrite {
  return { event, collection: collection.slug, id, data, old };
}

function verdictsIn(answer: Json | undefined, items: readonly HookedItem[]): Verdict[] {
  if (answer === undefined || answer === null) return items.map(() => null);
  if (!Array.isArray(answer) || answer.length !== items.length)
    throw invalid("result", `expected nothing, or a list of ${items.length}: an entry for each of the writes`);
  return answer.map((entry, i) => verdictIn(entry, items[i]!, `result.${i}`));
}

function verdictIn(entry: Json, item: HookedItem, path: string): Verdict {
  if (entry === null) return null;
  if (isObject(entry)) {
    const keys = Object.keys(entry).join();
    if (keys === "set" && isObject(entry.set!)) return { set: valuesIn(entry.set, item, `${path}.set`) };
    if (keys === "refuse" && isObject(entry.refuse!)) return { refuse: refusalIn(entry.refuse, `${path}.refuse`) };
  }
  throw invalid(path, 'expected null, {"set": {…}} or {"refuse": {"message": …}}');
}

/** A hook may set what a request could, whatever the rules of the caller say. */
function valuesIn(set: JsonObject, { event, collection, fixed = [] }: HookedItem, path: string): Row {
  if (event === "delete") throw invalid(path, "an item that is deleted takes no values");
  for (const name of Object.keys(set)) {
    const field = collection.byName.get(name);
    if (isSystemField(name) || fixed.includes(name) || (field && isVirtual(field)))
      throw invalid(`${path}.${name}`, "cannot be set by a function");
  }
  return checkInput(collection, set, "partial", path, { stored: true }).values;
}

function refusalIn({ message, field, forbidden = false, ...others }: JsonObject, path: string): PlinthError {
  if (typeof message !== "string" || message === "") throw invalid(`${path}.message`, "expected a text");
  if (field !== undefined && typeof field !== "string") throw invalid(`${path}.field`, "expected the name of a field");
  if (typeof forbidden !== "boolean") throw invalid(`${path}.forbidden`, "expected true or false");
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalid(`${path}.${other}`, "takes message, field and forbidden", "UNKNOWN_FIELD");
  const text = message.slice(0, MAX_MESSAGE).toWellFormed();
  if (forbidden) return new PlinthError("FORBIDDEN", text, field === undefined ? undefined : { field });
  return field === undefined ? new PlinthError("VALIDATION", text) : invalid(field, text);
}

/** As any other refusal of the item names it. */
function located(refusal: PlinthError, { path, operation }: HookedItem): PlinthError {
  const { code, message, details } = refusal;
  const field = details?.field;
  const full = path === "" ? field : [path, field].filter((part) => part !== undefined).join(".");
  const begins = field !== undefined && message.startsWith(`${field}: `);
  const text = begins ? message.slice(field.length + 2) : message;
  const named = full === undefined || code === "FORBIDDEN" ? text : `${full}: ${text}`;
  const error = new PlinthError(code, named, full === undefined ? details : { ...details, field: full });
  return operation === undefined ? error : inOperation(error, operation);
}
