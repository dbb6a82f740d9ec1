import {
  DataError,
  invalid,
  type Json,
  PlinthError,
  plainJson,
  type SandboxCall,
  type SqlDriver,
  type SqlRow,
} from "@plinth/core";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { callOptions, textOf } from "../arguments.ts";
import {
  addNumberQueries,
  addToValue,
  deleteValue,
  findValue,
  insertValueQueries,
  listValues,
  type NewValue,
  trimValues,
  updateValue,
  type ValueSpace,
} from "./repository.ts";

const MAX_KEY = 512;
const MAX_VALUE_BYTES = 32 * 1024;
/** Of one function, or of what several share. */
const MOST_KEYS = 10_000;
const LONGEST_TTL = 366 * 86_400;
const MOST_LISTED = 1000;
const FULL = "full";
/** The greatest character there is. */
const LAST = "\u{10ffff}";
const TRIMMED_AT_ONCE = 500;

const namespace = z.string().max(40).default("own");
const ttl = z.number().positive().max(LONGEST_TTL).optional();
const if_version = z.int().min(0).optional();
const plain = z.strictObject({ namespace });
const setting = z.strictObject({ namespace, ttl, if_version });
const adding = z.strictObject({ namespace, ttl });
const deleting = z.strictObject({ namespace, if_version });
const listing = z.strictObject({
  namespace,
  prefix: z.string().max(MAX_KEY).default(""),
  after: z.string().max(MAX_KEY).default(""),
  limit: z.int().min(1).max(MOST_LISTED).default(100),
});

/** `context.kv`: small values by keys, each change of which is atomic. `declared`: the namespaces that the version names. */
export function valueCalls(
  ctx: RequestContext,
  functionId: string,
  declared: readonly string[],
): Readonly<Record<string, SandboxCall>> {
  const { driver, engine } = ctx;
  const now = (): number => engine.clock.now();
  const in_ = (name: string): ValueSpace => spaceOf(ctx, functionId, declared, name);
  const entry = async ([key, options]: readonly unknown[]) => {
    const { namespace } = callOptions(plain, options);
    const row = await findValue(driver, in_(namespace), keyOf(key), now());
    return row && entryOf(row);
  };
  return {
    "kv.get": async (values) => (await entry(values))?.value ?? null,
    "kv.entry": async (values) => (await entry(values)) ?? null,
    "kv.set": ([key, value, options]) => {
      const { namespace, ...how } = callOptions(setting, options);
      return store(ctx, in_(namespace), newValue(keyOf(key), value, how, now()), how.if_version);
    },
    "kv.increment": ([key, by = 1, options]) => {
      const { namespace, ...how } = callOptions(adding, options);
      if (!Number.isSafeInteger(by)) throw invalid("by", "expected an integer");
      const made = { ...newValue(keyOf(key), by, how, now()), number: by as number };
      return add(ctx, in_(namespace), made);
    },
    "kv.delete": async ([key, options]) => {
      const { namespace, if_version } = callOptions(deleting, options);
      const isDeleted = await deleteValue(driver, in_(namespace), keyOf(key), { version: if_version, now: now() });
      if (!isDeleted && if_version !== undefined) throw changed();
      return isDeleted;
    },
    "kv.list": async ([options]) => {
      const { namespace, prefix, after, limit } = callOptions(listing, options);
      const page = { from: wellFormed(prefix, "prefix"), below: prefix + LAST, after: wellFormed(after, "after") };
      const rows = await listValues(driver, in_(namespace), { ...page, limit, now: now() });
      const entries = rows.map(entryOf);
      return { entries, next: rows.length === limit ? entries.at(-1)!.key : null };
    },
  };
}

/** What other functions keep is theirs, unless both name it. */
function spaceOf(
  { principal }: RequestContext,
  functionId: string,
  declared: readonly string[],
  namespace: string,
): ValueSpace {
  if (!declared.includes(namespace))
    throw new PlinthError("FORBIDDEN", `This function has no values in ${namespace}: its permissions do not name it.`, {
      field: "namespace",
    });
  const { workspaceId } = principal;
  if (namespace === "own") return { workspaceId, space: functionId, functionId };
  return { workspaceId, space: `shared:${namespace}`, functionId: null };
}

async function store(
  { driver }: RequestContext,
  space: ValueSpace,
  made: NewValue,
  version: number | undefined,
): Promise<{ readonly version: number }> {
  const found = version === 0 ? undefined : await updateValue(driver, space, made, version);
  if (found !== undefined) return { version: found };
  if (version) throw changed();
  const how = { onlyNew: version === 0, most: MOST_KEYS, label: FULL };
  const [stored] = await driver.batch(insertValueQueries(driver, space, made, how)).catch(refuseFull);
  const [row] = stored!.rows;
  if (!row) throw changed();
  return { version: Number(row.version) };
}

async function add(
  { driver }: RequestContext,
  space: ValueSpace,
  made: NewValue & { readonly number: number },
): Promise<number> {
  const sum = await addToValue(driver, space, made);
  if (sum !== undefined) return sum;
  const queries = addNumberQueries(driver, space, made, { most: MOST_KEYS, label: FULL });
  const [stored] = await driver.batch(queries).catch(refuseFull);
  const [row] = stored!.rows;
  if (!row) throw invalid("key", "its value is no integer, or would be too large");
  return Number(row.number);
}

const changed = () => new PlinthError("PRECONDITION_FAILED", "The value has changed since, or there is none.");

function refuseFull(error: unknown): never {
  if (!(error instanceof DataError) || error.guard !== FULL) throw error;
  throw new PlinthError("LIMIT_EXCEEDED", `A namespace may have ${MOST_KEYS} keys.`, { field: "key" });
}

function newValue(key: string, value: unknown, { ttl }: { readonly ttl?: number | undefined }, now: number): NewValue {
  const json = plainJson(value ?? null, "value");
  const text = JSON.stringify(json);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_VALUE_BYTES)
    throw invalid("value", `may have ${MAX_VALUE_BYTES} bytes, and has ${bytes}`, "LIMIT_EXCEEDED");
  const number = Number.isSafeInteger(json) ? (json as number) : null;
  return { key, value: text, number, expiresAt: ttl === undefined ? null : now + Math.ceil(ttl * 1000), now };
}

function keyOf(value: unknown): string {
  const key = textOf(value, "key", MAX_KEY);
  if (key === "") throw invalid("key", "must not be empty");
  return wellFormed(key, "key");
}

/** Databases take no half of a character, and some no zero. */
function wellFormed(text: string, field: string): string {
  if (!text.isWellFormed() || text.includes("\0")) throw invalid(field, "must be a text without zeros");
  return text;
}

function entryOf({ key, value, version, expires_at }: SqlRow) {
  return {
    key: String(key),
    value: JSON.parse(String(value)) as Json,
    version: Number(version),
    expires_at: expires_at === null ? null : new Date(Number(expires_at)).toISOString(),
  };
}

export function trimExpiredValues({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return trimValues(driver, clock.now(), TRIMMED_AT_ONCE);
}
