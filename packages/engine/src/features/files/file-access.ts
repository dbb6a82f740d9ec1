import {
  and,
  type Collection,
  evaluate,
  fieldsOf,
  IMAGE_FIELDS,
  isAlways,
  type Mutation,
  PlinthError,
  type Row,
  usesRelations,
} from "@plinth/core";
import { refusal } from "../../access/read-policy.ts";
import { createPreset, requireRules, type WritePolicy } from "../../access/write-policy.ts";
import { bind } from "../../kernel/bindings.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { hasId, hasValues } from "../../read/conditions.ts";
import { changeBuiltIn, findBuiltIn, newBuiltIn } from "../../write/built-in-items.ts";

/** What the rules of the collection say of a file that is stored, and the changes of its item. */

/** The fields that new bytes change: a rule for `update` with a list of fields has to name them all. */
const CONTENT_FIELDS = ["content", "size", "content_type", "sha256"] as const;
const LOCATION_FIELDS = ["bucket", "path", "folder", "name"] as const;
const CHECK = "check";
/** The file is as it was when it was looked up. */
export const CURRENT = "current file";

/** The changes of the item that make stored bytes a file, and the errors of their failures. */
export interface FileChange {
  readonly id: string;
  readonly row: Row;
  readonly items: readonly Mutation[];
  /** The item as it was; undefined where it is new. */
  readonly before: Row | undefined;
  explain(guard: string | undefined): PlinthError | undefined;
}

/** Before the bytes are known: throws where no rule lets the caller make any file, or one with these values. */
export function requireCreationAt(ctx: RequestContext, collection: Collection, values: Row): void {
  const policy = requireCreation(ctx, collection, values);
  const isOpen = [...CONTENT_FIELDS, ...IMAGE_FIELDS.map(({ name }) => name)].some((name) =>
    fieldsOf(policy.check).has(name),
  );
  if (!isOpen) checkedInsert(ctx, collection, values, policy);
}

export const creationRefusal = ({ principal }: RequestContext, { slug }: Collection): PlinthError =>
  refusal(principal, "create", `this item of ${slug}`);

export function requireCreation(ctx: RequestContext, collection: Collection, values: Row): WritePolicy {
  return requireRules(ctx.catalog, ctx.principal, collection, "create", Object.keys(values));
}

/** A check through relations is left to the batch. */
function checkedInsert(ctx: RequestContext, collection: Collection, values: Row, { presets, check }: WritePolicy) {
  const insert = newBuiltIn(ctx, collection, values, presets);
  if (usesRelations(check) || evaluate(check, insert.rows[0]!, bind(ctx, []))) return insert;
  throw creationRefusal(ctx, collection);
}

/** `derived` follows from the bytes: no rule has to name its fields. */
export function creation(ctx: RequestContext, collection: Collection, values: Row, derived: Row): FileChange {
  const policy = requireCreation(ctx, collection, values);
  const insert = checkedInsert(ctx, collection, { ...values, ...derived }, policy);
  const row = insert.rows[0]!;
  const id = row.id as string;
  const guards: Mutation[] = usesRelations(policy.check)
    ? [{ kind: "guard", label: CHECK, collection, where: and(hasId(collection, id), policy.check) }]
    : [];
  return {
    id,
    row,
    items: [insert, ...guards],
    before: undefined,
    explain: (guard) => (guard === CHECK ? creationRefusal(ctx, collection) : undefined),
  };
}

/** Throws where no rule lets the caller replace this file, and write these values beside its bytes. */
export async function requireReplacement(
  ctx: RequestContext,
  collection: Collection,
  file: Row,
  values: Row,
): Promise<WritePolicy> {
  const fields = new Set([...CONTENT_FIELDS, ...Object.keys(values)]);
  const policy = requireRules(ctx.catalog, ctx.principal, collection, "update", [...fields]);
  if (isAlways(policy.where)) return policy;
  const where = and(hasId(collection, file.id as string), policy.where);
  if ((await findBuiltIn(ctx, collection, { where, limit: 1 })).length > 0) return policy;
  throw refusal(ctx.principal, "update", `this item of ${collection.slug}`);
}

/**
 * Where a rule lets nothing new be read before somebody has looked at it, that holds for new bytes of a file too. A preset never opens a file that
 * is in quarantine.
 */
export function isClosedByPreset(ctx: RequestContext, collection: Collection, sent: Row): boolean {
  const fields = [...LOCATION_FIELDS, ...CONTENT_FIELDS, ...Object.keys(sent)];
  return createPreset(ctx, collection, [...new Set(fields)], "state") === "quarantined";
}

export async function replacement(
  ctx: RequestContext,
  collection: Collection,
  file: Row,
  sent: Row,
  derived: Row,
): Promise<FileChange> {
  const policy = await requireReplacement(ctx, collection, file, sent);
  const id = file.id as string;
  const closed: Row = isClosedByPreset(ctx, collection, sent) ? { state: "quarantined" } : {};
  const values = { ...sent, ...derived, ...closed };
  const { where: own, ...update } = changeBuiltIn(ctx, collection, id, values);
  const where = and(own, hasValues(collection, ["content", "state"], file), policy.where);
  const items: Mutation[] = [
    { kind: "guard", label: CURRENT, collection, where, strict: true },
    { ...update, where, ...(policy.transitions && { transitions: { of: policy.transitions, label: CHECK } }) },
  ];
  if (!isAlways(policy.check)) {
    items.push({ kind: "guard", label: CHECK, collection, where: and(hasId(collection, id), policy.check) });
  }
  return {
    id,
    row: { ...file, ...values, updated_at: ctx.variables.now, version: (file.version as number) + 1 },
    items,
    before: file,
    explain(guard) {
      if (guard === CHECK) return refusal(ctx.principal, "update", `this item of ${collection.slug}`);
      if (guard === CURRENT)
        return new PlinthError("CONFLICT", "The file was changed while it was sent; send it again.");
      return undefined;
    },
  };
}
