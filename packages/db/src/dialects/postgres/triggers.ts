import { columnName, storageOf } from "@plinth/core";
import { columnsOf, quoted } from "../../compile/columns.ts";
import { literal, quote, type TriggerSql } from "../../compile/dialect.ts";

/** Two triggers whose functions serve all collections: see `change-functions.ts`. */
export const postgresTriggers: TriggerSql = {
  create(_dialect, collection, nameOf) {
    const { workspaceId, id, version, table, columns } = collection;
    const decimals = columnsOf(collection).filter((field) => storageOf(field) === "numeric");
    const list = `{${decimals.map((field) => element(columnName(field))).join(",")}}`;
    const named = columns.id === "id" ? [] : [columns.id];
    const args = [workspaceId, id, String(version), list, ...named].map(literal).join(", ");
    const create = (name: string, when: string, each: string, call: string): string =>
      `create trigger ${nameOf(name)} ${when} on ${quote(table)} for each ${each} execute function ${call}(${args})`;
    return [
      create("change", "after insert or update or delete", "row", "plinth_log_change"),
      create("truncate", "before truncate", "statement", "plinth_log_truncate"),
    ];
  },
  drop: ({ table }, nameOf) =>
    ["change", "truncate"].map((suffix) => `drop trigger if exists ${nameOf(suffix)} on ${quote(table)}`),
  deleteTarget({ table }, field, target, name) {
    const args = [target.table, target.columns.id, columnName(field)].map(literal).join(", ");
    const when = `when (old.${quoted(field)} is not null)`;
    return [
      `create trigger ${name} after delete on ${quote(table)} for each row ${when} execute function plinth_delete_target(${args})`,
    ];
  },
  dropOne: ({ table }, name) => `drop trigger if exists ${name} on ${quote(table)}`,
};

/** Of an array, as text. */
function element(name: string): string {
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
