import { type ActorFilter, type ChangeFilter, longTextField, type SqlValue } from "@plinth/core";
import type { SqlDialect } from "../compile/dialect.ts";

const ACTOR = longTextField("actor");

/** Conditions on the columns of the log; adds their parameters to `values`. */
export function changeConditions(dialect: SqlDialect, filter: ChangeFilter, values: SqlValue[]): string[] {
  const param = (value: SqlValue): string => `?${values.push(value)}`;
  const equals = (column: string, value: string | undefined): string[] =>
    value === undefined ? [] : [dialect.text("equals", column, param(value))];
  // Bound as text and cast, as D1 carries numbers as doubles.
  const compared = (operator: string, at: number | undefined): string[] =>
    at === undefined ? [] : [`at ${operator} cast(${param(String(at))} as bigint)`];
  return [
    ...equals("collection_id", filter.collectionId),
    ...equals("item", filter.item),
    ...equals("op", filter.operation),
    ...equals("request_id", filter.requestId),
    ...actorConditions(dialect, filter.actor, param),
    ...compared(">=", filter.since),
    ...compared("<", filter.until),
  ];
}

function actorConditions(
  dialect: SqlDialect,
  actor: ActorFilter | undefined,
  param: (value: SqlValue) => string,
): string[] {
  if (actor === undefined) return [];
  if (actor === null) return ["actor is null"];
  const { among, startsWith, contains } = actor.any;
  const isIn = (names: readonly string[]): string =>
    dialect.isIn(ACTOR, "actor", param(dialect.encodeList(ACTOR, names)));
  const any = [
    ...(among ? [isIn(among)] : []),
    ...(startsWith === undefined ? [] : [dialect.text("starts_with", "actor", param(startsWith))]),
    ...(contains === undefined ? [] : [dialect.text("contains", "actor", param(contains))]),
  ];
  return [`(${any.join(" or ")})`, ...(actor.except ? [`not ${isIn(actor.except)}`] : [])];
}
