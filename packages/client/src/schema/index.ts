/**
 * Types of a workspace's collections, from the `Schema` that `plinth types` generates.
 *
 * @module
 */
export type { Checked } from "./checked.ts";
export type { AnySchema, Field, Many, One, Slug } from "./field.ts";
export type { Filter } from "./filter.ts";
export type { LocalFilter, LocalPatch, LocalRow, NewLocalRow, OwnName } from "./local.ts";
export type { AggregateRow, CheckedGroups, CheckedMeasures } from "./measures.ts";
export type { Override } from "./override.ts";
export type { Query, ReadOptions } from "./query.ts";
export type { Result } from "./result.ts";
export type { NewRow, Patch, Row } from "./rows.ts";
export type { CheckedShapes, Held, Shape, Shapes, ShapesOf } from "./shapes.ts";
