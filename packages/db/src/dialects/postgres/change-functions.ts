const COLUMNS = "(xid, workspace_id, collection_id, version, item, op, before, after, actor, request_id, at)";

/** The values that every change of a statement shares; `op`, images and item come before or between. */
const values = (item: string, op: string, before: string, after: string): string =>
  `greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1),
      TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]::int, ${item}, ${op}, ${before}, ${after},
      nullif(current_setting('plinth.actor', true), ''), nullif(current_setting('plinth.request_id', true), ''),
      floor(extract(epoch from clock_timestamp()) * 1000)`;

/**
 * One function serves all collections: a trigger's arguments are workspace, collection, version, the names of its
 * decimal columns and, where it is not `id`, the column that holds the id. JavaScript would lose digits of a decimal in
 * a JSON number, so they are stored as text.
 *
 * `xid` is the writer's transaction, or the newest one that had ended when it wrote, whichever is later. A reader takes
 * changes whose `xid` is below every active transaction: no change can appear behind it, as a change's `xid` is never
 * below its own transaction's. The second part puts a change after all that its transaction could see: a transaction
 * that got its number early and then waited for a row comes after the one it waited for.
 */
const logFunctions = (create: string, id: string): string[] => [
  `${create} function plinth_log_change() returns trigger language plpgsql as $$
    declare old_image jsonb; new_image jsonb; decimals text[] := TG_ARGV[3];
    begin
      if TG_OP <> 'INSERT' then old_image := to_jsonb(old); end if;
      if TG_OP <> 'DELETE' then new_image := to_jsonb(new); end if;
      if decimals <> '{}' then
        old_image := plinth_change_image(old_image, decimals);
        new_image := plinth_change_image(new_image, decimals);
      end if;
      if TG_OP = 'UPDATE' and old_image -> ${id} <> new_image -> ${id} then
        insert into plinth_changes ${COLUMNS}
          select ${values(`old_image ->> ${id}`, "'delete'", "old_image", "null")};
        old_image := null;
      end if;
      insert into plinth_changes ${COLUMNS} select ${values(
        `coalesce(new_image, old_image) ->> ${id}`,
        "case when old_image is null then 'insert' else lower(TG_OP) end",
        "old_image",
        "new_image",
      )};
      return null;
    end $$`,
  `${create} function plinth_log_truncate() returns trigger language plpgsql as $$
    declare row_image jsonb;
    begin
      for row_image in execute format('select to_jsonb(t) from %I.%I t', TG_TABLE_SCHEMA, TG_TABLE_NAME) loop
        row_image := plinth_change_image(row_image, TG_ARGV[3]::text[]);
        insert into plinth_changes ${COLUMNS} select ${values(`row_image ->> ${id}`, "'delete'", "row_image", "null")};
      end loop;
      return null;
    end $$`,
];

export const POSTGRES_CHANGE_FUNCTIONS = [
  `create function plinth_change_image(value jsonb, decimals text[]) returns jsonb language plpgsql immutable as $$
    declare name text;
    begin
      foreach name in array decimals loop
        if value ->> name is not null then value := jsonb_set(value, array[name], to_jsonb(value ->> name)); end if;
      end loop;
      return value;
    end $$`,
  ...logFunctions("create", "'id'"),
];

/** The same for tables whose id column has another name. */
export const POSTGRES_CHANGE_FUNCTIONS_BY_ID = logFunctions("create or replace", "coalesce(TG_ARGV[4], 'id')");
