import { Trans, useLingui } from "@lingui/react/macro";
import { Group } from "lucide-react";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { Field } from "../../../ui/field.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { Select } from "../../../ui/select.tsx";
import { BUCKETS, type Bucket, groupingOf, groupingText, sumsFor } from "./groups.ts";
import { fieldsFor } from "./layout-fields.ts";
import type { LayoutMenuProps } from "./layout-menu.tsx";
import { sumName } from "./sum-name.ts";

/** No group: values of a select must not be empty, and no field is called so. */
const NONE = "-";

/** By what the table is grouped, and what each group tells. */
export function GroupPopover({ collection, query }: LayoutMenuProps) {
  const { t, i18n } = useLingui();
  const fields = fieldsFor("table", collection);
  const grouping = groupingOf(query.by, fields);
  const sums = sumsFor(collection.fields);
  const parts: Readonly<Record<Bucket, string>> = {
    day: t`Day`,
    week: t`Week`,
    month: t`Month`,
    quarter: t`Quarter`,
    year: t`Year`,
  };
  const setField = (name: string) => {
    const next = groupingOf(name, fields);
    query.change({ by: next && groupingText(next), ...(!next && { sums: [] }) });
  };
  return (
    <Popover
      label={t`Group`}
      className="flex w-72 flex-col gap-3"
      trigger={
        <Button icon={<Group aria-hidden />}>
          <Trans>Group</Trans>
          {grouping && <Badge tone="accent">{grouping.field.name}</Badge>}
        </Button>
      }
    >
      <Field label={t`Group by`}>
        <Select
          value={grouping?.field.name ?? NONE}
          onValueChange={setField}
          options={[{ value: NONE, label: t`No groups` }, ...fields.map(({ name }) => ({ value: name, label: name }))]}
        />
      </Field>
      {grouping?.bucket && (
        <Field label={t`Each group is a`}>
          <Select
            value={grouping.bucket}
            onValueChange={(bucket) => query.change({ by: groupingText({ ...grouping, bucket }) })}
            options={BUCKETS.map((bucket) => ({ value: bucket, label: parts[bucket] }))}
          />
        </Field>
      )}
      {grouping && sums.length > 0 && (
        <fieldset className="flex max-h-64 flex-col gap-1 overflow-y-auto">
          <legend className="pb-1 font-medium text-sm">
            <Trans>Also show</Trans>
          </legend>
          {sums.map((sum) => (
            // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is its control
            <label key={sum.key} className="flex min-h-7 items-center gap-2 text-sm">
              <Checkbox
                checked={query.sums.includes(sum.key)}
                onCheckedChange={(on) =>
                  query.change({
                    sums: on === true ? [...query.sums, sum.key] : query.sums.filter((key) => key !== sum.key),
                  })
                }
              />
              <span className="truncate">{i18n._(sumName(sum))}</span>
            </label>
          ))}
        </fieldset>
      )}
    </Popover>
  );
}
