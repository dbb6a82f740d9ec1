import {
  type Change,
  type Condition,
  FULL_ACCESS,
  type JsonObject,
  or,
  type RelationRef,
  type Row,
} from "@plinth/core";
import type { Scope } from "../engine.ts";
import { waysOf } from "./dependencies.ts";
import { type Lens, masksOf } from "./lens.ts";
import { inIds } from "./world.ts";

/** Items whose sight may change because related ones did; beyond this many, a subscriber reads anew. */
const MAX_AFFECTED = 1000;

/** The lens's items that the changes of other collections bear on, as they are now; null where they are too many. */
export async function affectedRows(scope: Scope, lens: Lens, changes: readonly Change[]): Promise<Row[] | null> {
  const ways = [lens.access.where, lens.filter, ...masksOf(lens.access)].flatMap((part) => waysOf(part));
  const where = or(...ways.flatMap((way) => touched(way, changes)));
  if (where.kind === "or" && where.of.length === 0) return [];
  const id = { ref: { field: lens.collection.byName.get("id")! }, direction: "asc" as const };
  const found = await scope.store.find(
    {
      collection: lens.collection,
      access: FULL_ACCESS,
      where,
      select: null,
      sort: [id],
      limit: { value: MAX_AFFECTED + 1 },
    },
    { values: [], variables: scope.variables },
  );
  return found.rows.length > MAX_AFFECTED ? null : found.rows;
}

/** Items from which this way leads to something that changed. */
function touched(way: readonly RelationRef[], changes: readonly Change[]): Condition[] {
  const last = way.at(-1)!;
  const { target, junction, via, field } = last;
  const parts: Condition[] = [];
  const ids = idsIn(changes, target.id);
  const owner = way.at(-2)?.target;
  if (ids.length > 0) {
    if (!via) parts.push({ kind: "in", ref: { field }, negated: false, operand: { value: ids } });
    else parts.push(some(last, inIds(target, ids)));
  }
  // Where the link itself is in a row that changed, both its ends count: the one it had and the one it has.
  const links = via ? changes.filter(({ collectionId }) => collectionId === (junction?.collection ?? target).id) : [];
  const parents = [
    ...new Set(links.flatMap(({ before, after }) => [before, after].flatMap((row) => textAt(row, via!.name)))),
  ];
  if (parents.length > 0) parts.push(byId(owner, parents));
  return parts.map((part) => way.slice(0, -1).reduceRight((where, relation) => some(relation, where), part));
}

function byId(owner: RelationRef["target"] | undefined, ids: string[]): Condition {
  // The id has the same form in every collection.
  const ref = { field: owner?.byName.get("id") ?? { name: "id", type: "uuid" as const } };
  return { kind: "in", ref, negated: false, operand: { value: ids } };
}

function some(relation: RelationRef, where: Condition): Condition {
  const { junction } = relation;
  const full = junction ? { ...junction, access: FULL_ACCESS } : undefined;
  return { kind: "some", relation: { ...relation, access: FULL_ACCESS, ...(full && { junction: full }) }, where };
}

function idsIn(changes: readonly Change[], collectionId: string): string[] {
  return [...new Set(changes.filter((change) => change.collectionId === collectionId).map(({ item }) => item))];
}

function textAt(row: JsonObject | null, name: string): string[] {
  const value = row?.[name];
  return typeof value === "string" ? [value] : [];
}
