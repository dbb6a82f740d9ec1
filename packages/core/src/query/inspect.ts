import { DOCUMENT_COLUMN } from "../schema.ts";
import type { Condition } from "./query.ts";
import { DOCUMENT_FIELD } from "./reference.ts";

/** Every collection field (not path) that a condition reads on its own row; a relation counts as its field. */
export function fieldsOf(condition: Condition, into: Set<string> = new Set()): Set<string> {
  switch (condition.kind) {
    case "and":
    case "or":
      for (const part of condition.of) fieldsOf(part, into);
      break;
    case "not":
      fieldsOf(condition.of, into);
      break;
    case "some":
      into.add(condition.relation.field.name);
      break;
    default:
      if (condition.ref.through) {
        into.add(condition.ref.through[0]!.field.name);
        break;
      }
      into.add(
        condition.ref.field === DOCUMENT_FIELD
          ? String(condition.ref.path?.[0] ?? DOCUMENT_COLUMN)
          : condition.ref.field.name,
      );
  }
  return into;
}

/** True where the tree uses another collection, so that a single row cannot decide it. */
export function usesRelations(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.some(usesRelations);
    case "not":
      return usesRelations(condition.of);
    case "some":
      return true;
    default:
      return condition.ref.through !== undefined;
  }
}
