import type { SystemSql } from "../../compile/dialect.ts";

export const sqliteSystem: SystemSql = {
  // Without autoincrement a number could be given twice once the newest change has been trimmed.
  changeKey: "seq integer primary key autoincrement",
  messageKey: "seq integer primary key autoincrement, xid bigint not null default 0",
  key: "",
  image: "text",
  functions: [],
  // Who is behind the batch that is under way: one row, set and cleared inside each batch.
  logSupport: [
    `create table plinth_change_origin (id integer not null primary key, actor text, request_id text)`,
    `insert into plinth_change_origin (id) values (1)`,
  ],
  logById: [],
  makeDeferrable: [],
  // `->` keeps a value's JSON as it is; json_each would give 1 for true.
  renameDefinitionKeys: (renamed) => `update plinth_collections set definition = (
    select json_group_object(${renamed("part.key")}, json(case part.key
      when 'fields' then (
        select json_group_array(json((
          select json_group_object(${renamed("setting.key")}, json(field.value -> setting.key))
            from json_each(field.value) setting)))
          from json_each(part.value) field)
      else plinth_collections.definition -> part.key end))
      from json_each(plinth_collections.definition) part)`,
};
