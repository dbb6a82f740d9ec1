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
};
