import { useLingui } from "@lingui/react/macro";
import { CalendarDays, Images, SquareKanban, Table2 } from "lucide-react";
import type { CollectionInfo } from "../../../data/collections.ts";
import { SegmentedControl } from "../../../ui/segmented-control.tsx";
import { Select } from "../../../ui/select.tsx";
import type { ItemQueryStateAndSetters } from "../query-state.ts";
import { GroupPopover } from "./group-popover.tsx";
import { chosenField, fieldsFor } from "./layout-fields.ts";

export interface LayoutMenuProps {
  readonly collection: CollectionInfo;
  readonly query: ItemQueryStateAndSetters;
}

/** How the items are laid out, and by which field. */
export function LayoutMenu({ collection, query }: LayoutMenuProps) {
  const { t } = useLingui();
  const { layout } = query;
  const fields = fieldsFor(layout, collection);
  const labels = { kanban: t`Columns by`, gallery: t`Picture`, calendar: t`Days by` };
  return (
    <>
      <SegmentedControl
        iconsOnly
        aria-label={t`Layout`}
        value={layout}
        onValueChange={(next) => query.change({ layout: next, by: undefined, sums: [] })}
        options={[
          { value: "table", label: t`Table`, icon: <Table2 aria-hidden /> },
          { value: "kanban", label: t`Board`, icon: <SquareKanban aria-hidden /> },
          { value: "gallery", label: t`Gallery`, icon: <Images aria-hidden /> },
          { value: "calendar", label: t`Calendar`, icon: <CalendarDays aria-hidden /> },
        ]}
      />
      {layout === "table" ? (
        <GroupPopover collection={collection} query={query} />
      ) : (
        fields.length > 0 && (
          <Select
            aria-label={labels[layout]}
            className="w-36"
            value={chosenField(fields, query.by)?.name ?? null}
            onValueChange={(by) => query.change({ by })}
            options={[{ label: labels[layout], options: fields.map(({ name }) => ({ value: name, label: name })) }]}
          />
        )
      )}
    </>
  );
}
