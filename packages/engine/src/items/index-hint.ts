import { type Collection, type Condition, DOCUMENT_FIELD, type FieldRef, type SortTerm } from "@plinth/core";

/** What would make a read that is refused for its cost cheaper. */
export interface Hint {
  /** The fields that an index would be on, where one would help. */
  readonly index?: string;
  readonly text: string;
}

export function hintFor(collection: Collection, where: Condition): Hint {
  const index = missingIndex(collection, [where]);
  return index
    ? { index, text: `an index on ${index} and a narrower filter would help` }
    : { text: "filter by an indexed field" };
}

/** The fields that the conditions ask about in a way that an index serves, and that have none; else those of the order. */
export function missingIndex(
  collection: Collection,
  conditions: readonly Condition[],
  sort: readonly SortTerm[] = [],
): string | null {
  const asked = new Set<string>();
  for (const condition of conditions) addServed(condition, asked);
  const ordered = sort.flatMap(({ ref }) => nameOf(ref) ?? []);
  const lacking = [asked, ordered].map((names) => [...names].filter((name) => !leadsIndex(collection, name)));
  return (lacking.find((names) => names.length > 0) ?? []).join(", ") || null;
}

/** What no index is looked up for adds nothing: parts of texts, differences, and whatever `not` turns around. */
function addServed(condition: Condition, into: Set<string>): void {
  switch (condition.kind) {
    case "and":
    case "or":
      for (const part of condition.of) addServed(part, into);
      return;
    case "compare":
      if (condition.op === "neq") return;
      break;
    case "in":
      if (condition.negated) return;
      break;
    case "null":
      break;
    default:
      return;
  }
  const name = nameOf(condition.ref);
  if (name !== undefined) into.add(name);
}

/** As a definition would list it in `indexes` or `indexedPaths`; undefined where neither takes it. */
function nameOf({ field, path, through }: FieldRef): string | undefined {
  if (through) return undefined;
  if (!path) return field.name;
  return field === DOCUMENT_FIELD ? path.join(".") : undefined;
}

function leadsIndex(collection: Collection, name: string): boolean {
  if (name === "id" || name === "created_at" || name === "owner_id") return true;
  const field = collection.byName.get(name);
  if (field?.unique || field?.indexed || field?.type === "relation") return true;
  const sets = [...(collection.uniqueTogether ?? []), ...(collection.indexes ?? [])];
  return sets.some((set) => set[0] === name) || (collection.indexedPaths ?? []).includes(name);
}
