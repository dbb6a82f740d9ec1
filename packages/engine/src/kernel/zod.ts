/**
 * Zod, whose schemas are made when they are first used. A server declares some two thousand of them, with every check a schema of its own,
 * and most processes ask for few: to make them all was a quarter of a start.
 *
 * What the builders return stands for a schema. Methods that make another schema of it remember what to do, and everything else makes it.
 */
import * as zod from "zod";

export type {
  core,
  infer,
  input,
  output,
  ZodEmail,
  ZodJSONSchema,
  ZodObject,
  ZodOptional,
  ZodRawShape,
  ZodString,
  ZodType,
} from "zod";

/** The methods that make a schema of a schema. One that is missing here works too, and makes both at once. */
const MAKERS: ReadonlySet<PropertyKey> = new Set(
  `array catch catchall datetime default describe email endsWith extend gt gte includes int length lowercase lt lte max min nonnegative
   nullable nullish omit optional or partial pick pipe positive prefault readonly refine regex startsWith strict superRefine toLowerCase
   toUpperCase transform trim url uuid`.split(/\s+/),
);

/** The schema that a proxy stands for. */
const MADE = Symbol("made");

interface Later {
  make: (() => zod.ZodType) | undefined;
  made: zod.ZodType | undefined;
}

function madeOf(later: Later): zod.ZodType {
  if (later.made === undefined) {
    later.made = later.make!();
    later.make = undefined;
  }
  return later.made;
}

const HANDLER: ProxyHandler<Later> = {
  get(later, key) {
    if (key === MADE) return madeOf(later);
    if (later.made === undefined && MAKERS.has(key))
      return (...given: unknown[]) => standIn(() => call(later, key, given));
    return Reflect.get(madeOf(later), key) as unknown;
  },
  set: (later, key, value) => Reflect.set(madeOf(later), key, value),
  has: (later, key) => Reflect.has(madeOf(later), key),
  ownKeys: (later) => Reflect.ownKeys(madeOf(later)),
  getPrototypeOf: (later) => Reflect.getPrototypeOf(madeOf(later)),
};

function call(later: Later, key: PropertyKey, given: readonly unknown[]): zod.ZodType {
  const made = madeOf(later);
  const method = Reflect.get(made, key) as (...given: unknown[]) => zod.ZodType;
  return method.apply(made, given.map(known));
}

function standIn(make: () => zod.ZodType): zod.ZodType {
  return new Proxy<Later>({ make, made: undefined }, HANDLER) as unknown as zod.ZodType;
}

/** The same with schemas in place of what stands for them, so that zod itself meets no other object. */
function known(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(known);
  const made = (value as { [MADE]?: zod.ZodType })[MADE];
  if (made) return made;
  // On some hosts, a literal's prototype is not that of the global `Object`.
  const isPlain = Object.getPrototypeOf(Object.getPrototypeOf(value) ?? {}) === null;
  return isPlain ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, known(inner)])) : value;
}

/** A builder of zod, in its own type. */
function later<Builder>(builder: Builder): Builder {
  const build = builder as (...given: unknown[]) => zod.ZodType;
  return ((...given: unknown[]) => standIn(() => build(...given.map(known)))) as Builder;
}

export const array = later(zod.array);
export const boolean = later(zod.boolean);
export const custom = later(zod.custom);
export const discriminatedUnion = later(zod.discriminatedUnion);
export const email = later(zod.email);
export const int = later(zod.int);
export const looseObject = later(zod.looseObject);
export const number = later(zod.number);
export const record = later(zod.record);
export const strictObject = later(zod.strictObject);
export const string = later(zod.string);
export const tuple = later(zod.tuple);
export const union = later(zod.union);
export const unknown = later(zod.unknown);
export const url = later(zod.url);
export const uuid = later(zod.uuid);

// Names that the language has, or other modules.
const enumLater = later(zod.enum);
const instanceLater = later(zod.instanceof);
const jsonLater = later(zod.json);
const literalLater = later(zod.literal);
const nullLater = later(zod.null);
const objectLater = later(zod.object);
const uuidv7Later = later(zod.uuidv7);

export {
  enumLater as enum,
  instanceLater as instanceof,
  jsonLater as json,
  literalLater as literal,
  nullLater as null,
  objectLater as object,
  uuidv7Later as uuidv7,
};

/** A schema whose definition needs others to be made, such as their `shape`. */
export function whenUsed<Schema extends zod.ZodType>(define: () => Schema): Schema {
  return standIn(() => known(define()) as Schema) as Schema;
}

export const coerce = { number: later(zod.coerce.number) };
export const iso = { datetime: later(zod.iso.datetime) };
export const { NEVER } = zod;

export function toJSONSchema(schema: zod.ZodType, params?: zod.core.ToJSONSchemaParams): object {
  return zod.toJSONSchema(known(schema) as zod.ZodType, params);
}
