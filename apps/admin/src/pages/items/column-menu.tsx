import { Trans, useLingui } from "@lingui/react/macro";
import type { Field, JsonObject } from "@plinth/core";
import { ArrowDown, ArrowUp, Check, EyeOff, Filter, FilterX, Group, Pin, PinOff } from "lucide-react";
import type { ReactNode } from "react";
import type { CollectionInfo } from "../../data/collections.ts";
import { ChangeForm, canChangeMany } from "./change-form.tsx";
import { toggled } from "./columns-menu.tsx";
import { both } from "./conditions.ts";
import { groupingOf, groupingText } from "./layouts/groups.ts";
import { fieldsFor } from "./layouts/layout-fields.ts";
import type { ItemQueryStateAndSetters } from "./query-state.ts";
import { isLinkList } from "./read-page.ts";
import type { BulkWriting } from "./use-bulk-writes.ts";
import type { Columns } from "./use-columns.ts";

export interface ColumnMenuProps {
  readonly field: Field;
  readonly collection: CollectionInfo;
  readonly query: ItemQueryStateAndSetters;
  /** What the list shows. */
  readonly filter: JsonObject | undefined;
  readonly columns: Columns;
  readonly bulk: BulkWriting;
  /** Why nothing can be changed, where that is so. */
  readonly locked: string | undefined;
  readonly onClose: () => void;
}

/** What can be done with a column, and with the values in it. */
export function ColumnMenu(props: ColumnMenuProps) {
  const { field, collection, query, filter, columns, bulk, locked, onClose } = props;
  const { t } = useLingui();
  const { name } = field;
  const names = columns.shown.map((one) => one.name);
  const isPinned = columns.pinned.includes(name);
  const grouping = groupingOf(name, fieldsFor("table", collection));
  const condition = (isNull: boolean): JsonObject => ({ [name]: { _null: isNull } });
  const entry = (label: string, icon: ReactNode, run: () => void, on?: boolean) => (
    <Entry
      label={label}
      icon={icon}
      on={on}
      onPress={() => {
        run();
        onClose();
      }}
    />
  );
  return (
    <div className="flex flex-col">
      {!isLinkList(field) && (
        <>
          {entry(t`Sort ascending`, <ArrowUp />, () => query.setSort([name]), query.sort.includes(name))}
          {entry(t`Sort descending`, <ArrowDown />, () => query.setSort([`-${name}`]), query.sort.includes(`-${name}`))}
          {entry(t`Only with a value`, <Filter />, () => query.setFilter(both(query.filter, condition(false))))}
          {entry(t`Only without a value`, <FilterX />, () => query.setFilter(both(query.filter, condition(true))))}
        </>
      )}
      {grouping && entry(t`Group by it`, <Group />, () => query.change({ by: groupingText(grouping) }))}
      {entry(isPinned ? t`Unpin` : t`Pin to the left`, isPinned ? <PinOff /> : <Pin />, () =>
        columns.setPinned(toggled(columns.pinned, name)),
      )}
      {names.length > 1 && entry(t`Hide`, <EyeOff />, () => columns.setShown(names.filter((other) => other !== name)))}
      {canChangeMany(field) && (
        <div className="-mx-1 mt-1 border-t px-3 pt-2 pb-2">
          {locked === undefined ? (
            <ChangeForm
              field={field}
              label={filter ? t`New value in all items that are found` : t`New value in all items`}
              target={{ filter }}
              bulk={bulk}
              onDone={onClose}
            />
          ) : (
            <p className="text-muted text-xs">
              <Trans>Values cannot be changed here.</Trans> {locked}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

interface EntryProps {
  readonly label: string;
  readonly icon: ReactNode;
  /** Whether it is so already. */
  readonly on: boolean | undefined;
  readonly onPress: () => void;
}

function Entry({ label, icon, on, onPress }: EntryProps) {
  return (
    <button
      type="button"
      {...(on !== undefined && { "aria-pressed": on })}
      className="flex min-h-7 items-center gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0"
      onClick={onPress}
    >
      <span aria-hidden className="contents">
        {icon}
      </span>
      <span className="min-w-0 flex-1">{label}</span>
      {on && <Check aria-hidden />}
    </button>
  );
}
