import { invalid } from "../errors.ts";
import { excerpt } from "../excerpt.ts";
import type { Json } from "../json.ts";
import { FIELD_TYPE_NAMES, FIELD_TYPES, type FieldType } from "./table.ts";

/** Types that any value may be cast to. */
export const CAST_TYPES: readonly FieldType[] = FIELD_TYPE_NAMES.filter((name) => FIELD_TYPES[name].cast);
export type CastType = FieldType;

/** A value of a query, whose lists are read-only. */
type Castable = Json | readonly (string | number | boolean)[];

/**
 * Casts a value to another type, in wire form, the same for every store. Null stays null. Texts are read as SQL's casts
 * read them; halves are rounded away from zero. Throws `VALIDATION` naming `path` for a value that cannot be cast.
 */
export function castTo(type: CastType, path: string): (value: Castable) => Json {
  const { cast } = FIELD_TYPES[type];
  if (!cast) throw new Error(`nothing can be cast to ${type}`);
  return (value) => {
    if (value === null) return null;
    try {
      return cast(value as Exclude<Json, null>);
    } catch {
      throw unfit(value, type, path);
    }
  };
}

function unfit(value: Castable, type: CastType, path: string): Error {
  return invalid(path, `${excerpt(JSON.stringify(value))} cannot be read as ${type}`);
}
