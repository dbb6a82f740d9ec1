import type { AggregateFunction } from "@plinth/core";
import type { GraphQLField } from "graphql";

/** What a field of the schema stands for in the engine. */
export type FieldMeta =
  | { readonly kind: "value"; readonly path: string }
  /** All that a document holds. */
  | { readonly kind: "document" }
  | RelatedMeta
  /** Groups several results: the measures of one function, or the values by which items are grouped. */
  | { readonly kind: "results" }
  | MeasureMeta
  | KeyMeta
  /** A collection at the top. */
  | RootMeta
  | WriteMeta;

export interface WriteMeta {
  readonly kind: "write";
  readonly writes: "create" | "create_many" | "update" | "update_many" | "upsert" | "delete" | "delete_many";
  readonly slug: string;
}

export interface RelatedMeta {
  readonly kind: "items" | "aggregate" | "groups";
  readonly path: string;
  readonly slug: string;
  readonly many: boolean;
}

export interface RootMeta {
  readonly kind: "root";
  readonly reads: "list" | "item" | "connection" | "aggregate" | "groups";
  readonly slug: string;
}

export interface MeasureMeta {
  readonly kind: "measure";
  readonly fn: AggregateFunction;
  readonly path: string;
  /** The name of the result. */
  readonly as: string;
}

export interface KeyMeta {
  readonly kind: "key";
  readonly path: string;
  readonly as: string;
}

export function withMeta(meta: FieldMeta): { readonly plinth: FieldMeta } {
  return { plinth: meta };
}

/** Undefined for a field that is none of ours, such as `__typename`. */
export function metaOf(field: Pick<GraphQLField<unknown, unknown>, "extensions"> | undefined): FieldMeta | undefined {
  return field?.extensions.plinth as FieldMeta | undefined;
}
