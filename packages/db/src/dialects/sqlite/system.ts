import type { SystemSql } from "../../compile/dialect-system.ts";

export const sqliteSystem: SystemSql = {
  // Without autoincrement a number could be used twice after the newest change has been trimmed.
  changeKey: "seq integer primary key autoincrement",
  messageKey: "seq integer primary key autoincrement, xid bigint not null default 0",
  key: "",
  image: "text",
  findTable: (name) => `select 1 from sqlite_schema where type = 'table' and name = '${name}'`,
  functions: [],
  accentKey: [],
  // The origin of the current batch: one row, set and cleared inside each batch.
  logSupport: [
    `create table plinth_change_origin (id integer not null primary key, actor text, request_id text)`,
    `insert into plinth_change_origin (id) values (1)`,
  ],
  logById: [],
  deleteTarget: [],
  makeDeferrable: [],
  byBytes: () => [],
  // `->` keeps a value's JSON unchanged; json_each would return 1 for true.
  renameDefinitionKeys: (renamed) => `update plinth_collections set definition = (
    select json_group_object(${renamed("part.key")}, json(case part.key
      when 'fields' then (
        select json_group_array(json((
          select json_group_object(${renamed("setting.key")}, json(field.value -> setting.key))
            from json_each(field.value) setting)))
          from json_each(part.value) field)
      else plinth_collections.definition -> part.key end))
      from json_each(plinth_collections.definition) part)`,
  jsonMember: (column, name) => `${column} -> '${name}'`,
  noteChange: {
    support: [],
    trigger(name, event, kind, subject) {
      const row = event.startsWith("delete") ? "old" : "new";
      return `create trigger ${name} after ${event} begin insert into plinth_identity_changes (kind, subject, at)
        values ('${kind}', ${row}.${subject}, cast(unixepoch('subsec') * 1000 as integer)); end`;
    },
  },
};
