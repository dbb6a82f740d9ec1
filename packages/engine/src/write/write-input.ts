import type { Json } from "@plinth/core";
import type { UpsertInput } from "./upsert-items.ts";

/** Refers to a value of an earlier operation, such as `ops.0.id`. May replace any value. */
export interface OperationReference {
  readonly $ref: string;
}

/** One operation of a batch. */
export type WriteInput =
  | { readonly op: "create"; readonly collection: string; readonly data: Json }
  | {
      readonly op: "update" | "replace";
      readonly collection: string;
      readonly id: string | OperationReference;
      readonly data: Json;
      /** The version that the item must have. */
      readonly if_version?: number | OperationReference | undefined;
    }
  | {
      readonly op: "delete";
      readonly collection: string;
      readonly id: string | OperationReference;
      readonly if_version?: number | OperationReference | undefined;
    }
  | ({ readonly op: "upsert"; readonly collection: string; readonly data: Json } & UpsertInput)
  /** A job that exists if and only if the batch is done. */
  | { readonly op: "enqueue"; readonly queue?: string; readonly name?: string; readonly payload?: Json }
  | {
      /** Items that must exist, or must not, or the batch is refused. */
      readonly op: "guard";
      readonly collection: string;
      readonly filter?: Json | undefined;
      readonly exists?: boolean | undefined;
      readonly count?: Json | undefined;
    };
