import {
  and,
  type Collection,
  type Condition,
  FULL_ACCESS,
  isReference,
  type Mutation,
  NEVER,
  or,
  PlinthError,
  type Row,
} from "@plinth/core";
import { readPolicy } from "../access/read-policy.ts";
import { deletableWhere, type WritePolicy } from "../access/write-policy.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hasIdAmong } from "../read/conditions.ts";
import { inNamed } from "./errors.ts";
import type { MadeItems } from "./made-items.ts";
import { referenceLimits } from "./reference-limits.ts";

/** What must hold for the items that a write makes others refer to, by one relation. */
export interface ReferenceCheck {
  readonly label: string;
  /** It runs before the step: a write must not give the access that it needs. Undefined: there is nothing to check. */
  guard(made: MadeItems): Mutation | undefined;
  refusal(): PlinthError;
}

/** Of one relation: the caller must be able to read the items. */
interface ReferenceAccess {
  readonly field: string;
  /** For the error: ` in <collection>`, where the caller may read any of it. */
  readonly inNamed: string;
  readonly target: Collection;
  readonly ids: readonly string[];
  /** Holds for targets that the caller can read, and for those that the item already refers to. */
  readonly allowed: Condition;
}

/** A row that a write sets, the fields whose values are the caller's own, and what the row must satisfy. */
export interface ReferringRow {
  readonly row: Row;
  readonly provided: readonly string[];
  readonly policy: WritePolicy;
}

/** What must hold for the items that these rows refer to. Access comes first: nobody learns what an unseen item is. */
export function referenceChecks(
  ctx: RequestContext,
  collection: Collection,
  rows: readonly ReferringRow[],
  stays?: Condition,
): ReferenceCheck[] {
  return [...referenceAccess(ctx, collection, rows, stays), ...referenceLimits(ctx, collection, rows)];
}

/**
 * The references in these rows that need read access. The author of the rules chose the others: presets, and those that
 * every rule for the write looks at. `stays` are the items that may keep a reference, whatever it refers to.
 */
function referenceAccess(
  ctx: RequestContext,
  collection: Collection,
  rows: readonly ReferringRow[],
  stays?: Condition,
): ReferenceCheck[] {
  if (ctx.principal.bypass) return [];
  const checks: ReferenceCheck[] = [];
  for (const field of collection.fields) {
    // Whoever gives an item to be deleted with this one must be allowed to delete it.
    const goesAlong = isReference(field) && field.delete_with_item === true;
    if (!isReference(field) || (field.target_access === "none" && !goesAlong)) continue;
    const ids = new Set<string>();
    for (const { row, provided, policy } of rows) {
      const id = provided.includes(field.name) ? row[field.name] : null;
      if (typeof id === "string" && (goesAlong || !looksAt(policy.check, field.name))) ids.add(id);
    }
    const target = ctx.catalog.collections.get(field.to!);
    // Nobody reads contents but by their files, and only services and an undo write what refers to one.
    if (ids.size === 0 || !target || target.system === "file_contents") continue;
    const visible = readPolicy(ctx.catalog, ctx.principal, target)?.where ?? NEVER;
    const readable = goesAlong ? and(visible, deletableWhere(ctx.catalog, ctx.principal, target)) : visible;
    const referrers = { field, target: collection, policy: FULL_ACCESS, via: field, source: target };
    const allowed = stays ? or(readable, { kind: "some", relation: referrers, where: stays }) : readable;
    checks.push(accessCheck({ field: field.name, inNamed: inNamed(ctx, target), target, ids: [...ids], allowed }));
  }
  return checks;
}

/** Whether the condition can only hold where it holds for the item that this relation refers to. */
function looksAt(check: Condition, relation: string): boolean {
  if (check.kind === "and") return check.of.some((part) => looksAt(part, relation));
  if (check.kind === "or") return check.of.length > 0 && check.of.every((part) => looksAt(part, relation));
  return check.kind === "some" && check.relation.field.name === relation;
}

const LABEL = "reference:";

/** `made` are new items, which need no access. */
function accessCheck({ field, inNamed, target, ids, allowed }: ReferenceAccess): ReferenceCheck {
  const label = LABEL + field;
  return {
    label,
    guard(made) {
      const others = ids.filter((id) => !made.has(target, id));
      if (others.length === 0) return undefined;
      const where = and(hasIdAmong(target, others), allowed);
      const expect = [{ op: "eq", count: others.length }] as const;
      return { kind: "guard", label, collection: target, where, expect, strict: false };
    },
    // The same error whether the item is absent or out of sight.
    refusal() {
      const message = `${field}: there is no such item${inNamed}, or you may not read it`;
      return new PlinthError("REFERENCE_NOT_FOUND", message, { field });
    },
  };
}
