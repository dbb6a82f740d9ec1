import { sha256 } from "@noble/hashes/sha2.js";
import {
  type Condition,
  fieldPolicyOf,
  invalid,
  type Json,
  PlinthError,
  resolveOperand,
  toBase64Url,
} from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { callerVariablesOf, conditionsOf } from "../../read/dependencies.ts";
import type { ListInput } from "../../read/list-input.ts";
import { prepareList } from "../../read/list-query.ts";
import { type ItemMapper, itemMapper } from "../item-mapper.ts";
import type { NetReader } from "../net-changes.ts";
import { type Visibility, visibilityOf } from "../visibility.ts";

/** Items of one collection that a caller keeps a copy of. */
export interface ShapeInput {
  readonly collection: string;
  readonly filter?: Json | undefined;
  /** Own fields. Absent: all that the caller may see. */
  readonly fields?: readonly string[] | undefined;
}

/** A shape under the rights of one caller. */
export interface SyncShape {
  readonly name: string;
  readonly slug: string;
  readonly visibility: Visibility;
  readonly mapper: ItemMapper;
  /** Null: all fields. */
  readonly select: readonly string[] | null;
  /** Its rows by id. */
  readonly list: Pick<ListInput, "filter" | "fields" | "sort">;
  /** Equal as long as name, definition, rules, schema and the caller's variables in them are. */
  readonly key: string;
}

const KEY_BYTES = 9;

/** Throws what a read would throw. */
export function shapeOf(ctx: RequestContext, name: string, input: ShapeInput, reader: NetReader): SyncShape {
  try {
    return parseShape(ctx, name, input, reader);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    throw new PlinthError(error.code, error.message, { ...error.details, shape: name }, { cause: error });
  }
}

function parseShape(ctx: RequestContext, name: string, input: ShapeInput, reader: NetReader): SyncShape {
  const { collection: slug, filter, fields } = input;
  const visibility = visibilityOf(ctx, slug, filter);
  const { collection, policy } = visibility;
  // The copy needs them to know its rows, and to state which version a write is based on.
  const always = ["id", "version"].filter(
    (field) => collection.byName.has(field) && fieldPolicyOf(policy, field) !== undefined,
  );
  const list = {
    filter,
    sort: [{ path: "id", direction: "asc" as const }],
    ...(fields && { fields: [...new Set([...always, ...fields])].map((path) => ({ path })) }),
  };
  const { tree, expansions } = prepareList(ctx, slug, list);
  if (tree.outputs || expansions.length > 0)
    throw invalid("fields", "a shape has fields of its own items only; make another shape for related items");
  const { select } = tree;
  const key = keyOf(ctx, visibility, [name, slug, filter ?? null, select as Json]);
  return { name, slug, visibility, mapper: itemMapper(ctx, visibility, reader), select, list, key };
}

function keyOf({ variables }: RequestContext, visibility: Visibility, definition: readonly Json[]): string {
  const { policy, filter, fingerprint } = visibility;
  const conditions: Condition[] = [...conditionsOf(policy), filter];
  const values = callerVariablesOf(conditions).map((operand) => [
    operand,
    resolveOperand(operand, { values: [], variables }),
  ]);
  const text = JSON.stringify([...definition, fingerprint, values]);
  return toBase64Url(sha256(new TextEncoder().encode(text)).subarray(0, KEY_BYTES));
}
