import { accentKey } from "../../compile/accent-key.ts";
import type { SystemSql } from "../../compile/dialect-system.ts";
import { POSTGRES_CHANGE_FUNCTIONS, POSTGRES_CHANGE_FUNCTIONS_BY_ID } from "./change-functions.ts";

/** Makes relations of earlier tables that protect their targets like those that `createTable` makes now. */
const MAKE_DEFERRABLE = `do $$ declare reference record;
  begin
    for reference in select conrelid::regclass as on_table, conname from pg_constraint
      where contype = 'f' and confdeltype = 'a' and not condeferrable
        and conrelid in (select to_regclass(quote_ident(table_name)) from plinth_collections)
    loop
      execute format('alter table %s alter constraint %I deferrable', reference.on_table, reference.conname);
    end loop;
  end $$`;

const FUNCTIONS = [
  // A guarded statement calls this when its condition does not hold, which rolls the batch back.
  `create function plinth_guard(label text) returns int language plpgsql volatile as $$
    begin raise exception using errcode = 'PLG01', message = label; end $$`,
  // RFC 7396, as SQLite's json_patch does it.
  `create function plinth_merge_patch(target jsonb, patch jsonb) returns jsonb language plpgsql immutable as $$
    declare k text; v jsonb; result jsonb;
    begin
      if jsonb_typeof(patch) is distinct from 'object' then return patch; end if;
      result := case when jsonb_typeof(target) = 'object' then target else '{}'::jsonb end;
      for k, v in select * from jsonb_each(patch) loop
        if jsonb_typeof(v) = 'null' then result := result - k;
        else result := jsonb_set(result, array[k], plinth_merge_patch(result -> k, v), true); end if;
      end loop;
      return result;
    end $$`,
];

/** A function, as an index's expression may have 8 KB. Its tables of letters take 12 ms to make, and few starts need them. */
const accentKeyFunction = (): string => `create function plinth_accent_key(value text) returns text
  language plpgsql immutable strict parallel safe as $$ begin return ${accentKey("value", {
    codeOf: (character) => `ascii(${character})`,
    lower: (text) => `lower(${text} collate "C")`,
  })}; end $$`;

/** The arguments are the kind, and the column that holds the subject. */
const NOTE_CHANGE = `create function plinth_note_change() returns trigger language plpgsql as $$
  begin
    insert into plinth_identity_changes (kind, subject, at) values (TG_ARGV[0],
      case TG_OP when 'DELETE' then to_jsonb(old) ->> TG_ARGV[1] else to_jsonb(new) ->> TG_ARGV[1] end,
      floor(extract(epoch from clock_timestamp()) * 1000));
    return null;
  end $$`;

/** The arguments are the table of what is referred to, the column of its id, and the column that refers to it. */
const DELETE_TARGET = `create function plinth_delete_target() returns trigger language plpgsql as $$
  begin
    execute format('delete from %I.%I where %I = ($1 ->> $2)::uuid', TG_TABLE_SCHEMA, TG_ARGV[0], TG_ARGV[1])
      using to_jsonb(old), TG_ARGV[2];
    return null;
  end $$`;

export const postgresSystem: SystemSql = {
  changeKey: "xid bigint not null, seq bigint not null generated always as identity",
  messageKey: `xid bigint not null default pg_current_xact_id()::text::bigint, seq bigint not null generated always as identity`,
  key: ", primary key (xid, seq)",
  image: "jsonb",
  findTable: (name) => `select 1 from (select to_regclass('${name}') as oid) t where oid is not null`,
  functions: FUNCTIONS,
  get accentKey() {
    return [accentKeyFunction()];
  },
  logSupport: POSTGRES_CHANGE_FUNCTIONS,
  logById: POSTGRES_CHANGE_FUNCTIONS_BY_ID,
  deleteTarget: [DELETE_TARGET],
  makeDeferrable: [MAKE_DEFERRABLE],
  byBytes: (table, column) => [`alter table ${table} alter column ${column} type text collate "C"`],
  // The type json keeps the order of keys, and numbers as they were written.
  renameDefinitionKeys: (renamed) => `update plinth_collections set definition = (
    select coalesce(json_object_agg(${renamed("part.key")}, case part.key
      when 'fields' then (
        select coalesce(json_agg((
          select json_object_agg(${renamed("setting.key")}, setting.value) from json_each(field.value) setting)), '[]')
          from json_array_elements(part.value) field)
      else part.value end), '{}')
      from json_each(plinth_collections.definition::json) part)::text`,
  jsonMember: (column, name) => `(${column}::json -> '${name}')::text`,
  noteChange: {
    support: [NOTE_CHANGE],
    trigger: (name, event, kind, subject) =>
      `create trigger ${name} after ${event} for each row execute function plinth_note_change('${kind}', '${subject}')`,
  },
};
