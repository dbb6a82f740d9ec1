import type { Collection } from "@plinth/core";
import { idColumn, quoted } from "../../compile/columns.ts";
import { literal, quote, type TriggerSql } from "../../compile/dialect.ts";
import { sqliteImage } from "./image.ts";

const SUFFIXES = ["insert", "update", "move", "delete"];

export const sqliteTriggers: TriggerSql = {
  create(dialect, collection, nameOf) {
    const before = sqliteImage(dialect, collection, "old");
    const after = sqliteImage(dialect, collection, "new");
    const create = (name: string, when: string, ...body: string[]): string =>
      `create trigger ${nameOf(name)} ${when} begin ${body.join(" ")} end`;
    const on = `on ${quote(collection.table)}`;
    const id = idColumn(collection);
    const log = (op: string, row: "new" | "old", images: string): string => insertChange(collection, op, row, images);
    return [
      create("insert", `after insert ${on}`, log("insert", "new", `null, ${after}`)),
      create("update", `after update ${on} when new.${id} = old.${id}`, log("update", "new", `${before}, ${after}`)),
      create(
        "move",
        `after update ${on} when new.${id} <> old.${id}`,
        log("delete", "old", `${before}, null`),
        log("insert", "new", `null, ${after}`),
      ),
      create("delete", `after delete ${on}`, log("delete", "old", `${before}, null`)),
    ];
  },
  drop: (_collection, nameOf) => SUFFIXES.map((suffix) => `drop trigger if exists ${nameOf(suffix)}`),
  deleteTarget({ table }, field, target, name) {
    const old = `old.${quoted(field)}`;
    const body = `delete from ${quote(target.table)} where ${idColumn(target)} = ${old};`;
    return [`create trigger ${name} after delete on ${quote(table)} when ${old} is not null begin ${body} end`];
  },
  dropOne: (_collection, name) => `drop trigger if exists ${name}`,
};

function insertChange(collection: Collection, op: string, row: "new" | "old", images: string): string {
  const { workspaceId, id, version } = collection;
  const position = [literal(workspaceId), literal(id), version, `${row}.${idColumn(collection)}`, literal(op)].join(
    ", ",
  );
  return `insert into plinth_changes (workspace_id, collection_id, version, item, op, before, after, actor, request_id, at) values (${position}, ${images}, (select actor from plinth_change_origin), (select request_id from plinth_change_origin), cast(unixepoch('subsec') * 1000 + 0.5 as integer));`;
}
