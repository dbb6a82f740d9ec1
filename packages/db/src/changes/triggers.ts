import { type Collection, type SqlQuery, storageOf } from "@plinth/core";
import { columnsOf } from "../sql/columns.ts";
import { literal, quote, type SqlDialect } from "../sql/dialect.ts";
import { imageOf } from "./image.ts";

/** Raised when triggers are written differently, so that existing collections get new ones. */
const FORMAT = 2;

/** What `plinth_collections.logged` says of a collection whose triggers are up to date. */
export function loggedAs(collection: Collection): string {
  return `${FORMAT}:${collection.version}`;
}

/** Triggers that write the log; part of every batch that makes a table or changes its definition. */
export function createTriggers(dialect: SqlDialect, collection: Collection): SqlQuery[] {
  return (dialect.name === "postgres" ? onPostgres(collection) : onSqlite(collection)).map(statement);
}

/** Goes before changes of columns, which SQLite refuses while a trigger names them. */
export function dropTriggers(dialect: SqlDialect, collection: Collection): SqlQuery[] {
  const on = dialect.name === "postgres" ? ` on ${quote(collection.table)}` : "";
  const names = dialect.name === "postgres" ? ["change", "truncate"] : ["insert", "update", "move", "delete"];
  return names.map((name) => statement(`drop trigger if exists ${nameOf(collection, name)}${on}`));
}

function onPostgres(collection: Collection): string[] {
  const { workspaceId, id, version, table } = collection;
  const decimals = columnsOf(collection).filter((field) => storageOf(field) === "numeric");
  // Names hold letters, digits and underscores only, so the array needs no quoting.
  const list = `{${decimals.map((field) => field.name).join(",")}}`;
  const args = [workspaceId, id, String(version), list].map(literal).join(", ");
  const create = (name: string, when: string, each: string, call: string): string =>
    `create trigger ${nameOf(collection, name)} ${when} on ${quote(table)} for each ${each} execute function ${call}(${args})`;
  return [
    create("change", "after insert or update or delete", "row", "plinth_log_change"),
    create("truncate", "before truncate", "statement", "plinth_log_truncate"),
  ];
}

function onSqlite(collection: Collection): string[] {
  const before = imageOf(collection, "old");
  const after = imageOf(collection, "new");
  const log = (op: string, row: "new" | "old", images: string): string => {
    const { workspaceId, id, version } = collection;
    const place = [literal(workspaceId), literal(id), version, `${row}."id"`, literal(op)].join(", ");
    return `insert into plinth_changes (workspace_id, collection_id, version, item, op, before, after, actor, request_id, at) values (${place}, ${images}, (select actor from plinth_change_origin), (select request_id from plinth_change_origin), cast(unixepoch('subsec') * 1000 + 0.5 as integer));`;
  };
  const create = (name: string, when: string, ...body: string[]): string =>
    `create trigger ${nameOf(collection, name)} ${when} begin ${body.join(" ")} end`;
  const on = `on ${quote(collection.table)}`;
  return [
    create("insert", `after insert ${on}`, log("insert", "new", `null, ${after}`)),
    create("update", `after update ${on} when new."id" = old."id"`, log("update", "new", `${before}, ${after}`)),
    create(
      "move",
      `after update ${on} when new."id" <> old."id"`,
      log("delete", "old", `${before}, null`),
      log("insert", "new", `null, ${after}`),
    ),
    create("delete", `after delete ${on}`, log("delete", "old", `${before}, null`)),
  ];
}

/** Trigger names are one space for all tables on SQLite. */
function nameOf(collection: Collection, name: string): string {
  return quote(`plinth_log_${collection.id.replaceAll("-", "")}_${name}`);
}

function statement(sql: string): SqlQuery {
  return { sql, params: [] };
}
