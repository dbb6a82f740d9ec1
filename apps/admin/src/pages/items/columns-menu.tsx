import { useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp, Columns3, Pin, PinOff } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Popover } from "../../ui/popover.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import type { Columns } from "./use-columns.ts";
import { useDensity } from "./use-density.ts";

export interface ColumnsMenuProps {
  readonly columns: Columns;
  /** The items are shown in a grid: only there columns are pinned, and rows have a height. */
  readonly grid: boolean;
}

/** Which columns there are, in which order, and which of them stay. */
export function ColumnsMenu({ columns, grid }: ColumnsMenuProps) {
  const { t } = useLingui();
  const shown = columns.shown.map(({ name }) => name);
  const ordered = [...shown, ...columns.all.map(({ name }) => name).filter((name) => !shown.includes(name))];
  return (
    <Popover
      label={t`Columns`}
      align="end"
      className="w-80 p-2"
      trigger={
        <Button icon={<Columns3 aria-hidden />} title={t`Columns`}>
          <span className="max-xl:sr-only">{t`Columns`}</span>
        </Button>
      }
    >
      <ul>
        {ordered.map((name) => (
          <ColumnRow key={name} name={name} columns={columns} shown={shown} grid={grid} />
        ))}
      </ul>
      {grid && <DensityControl />}
    </Popover>
  );
}

interface ColumnRowProps extends ColumnsMenuProps {
  readonly name: string;
  /** Names in their order. */
  readonly shown: readonly string[];
}

function ColumnRow({ name, columns, shown, grid }: ColumnRowProps) {
  const { t } = useLingui();
  const at = shown.indexOf(name);
  const isPinned = columns.pinned.includes(name);
  const move = (by: number) => columns.setShown(shown.toSpliced(at, 1).toSpliced(at + by, 0, name));
  /** Pinned columns stand before all others. */
  const canMove = (by: number) => {
    const other = shown[at + by];
    return other !== undefined && columns.pinned.includes(other) === isPinned;
  };
  return (
    <li className="flex min-h-7 items-center gap-1">
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is its control */}
      <label className="flex min-w-0 flex-1 items-center gap-2">
        <Checkbox
          checked={at >= 0}
          disabled={at >= 0 && shown.length === 1}
          onCheckedChange={(checked) =>
            columns.setShown(checked === true ? [...shown, name] : shown.filter((other) => other !== name))
          }
        />
        <span className="truncate">{name}</span>
      </label>
      {at >= 0 && (
        <>
          {grid && (
            <IconButton
              size="sm"
              label={isPinned ? t`Unpin ${name}` : t`Pin ${name}`}
              icon={isPinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
              onClick={() => columns.setPinned(toggled(columns.pinned, name))}
            />
          )}
          <IconButton
            size="sm"
            label={t`Move ${name} forward`}
            icon={<ArrowUp aria-hidden />}
            disabled={!canMove(-1)}
            onClick={() => move(-1)}
          />
          <IconButton
            size="sm"
            label={t`Move ${name} back`}
            icon={<ArrowDown aria-hidden />}
            disabled={!canMove(1)}
            onClick={() => move(1)}
          />
        </>
      )}
    </li>
  );
}

/** With the name, or without it if it is there. */
export const toggled = (names: readonly string[], name: string): string[] =>
  names.includes(name) ? names.filter((other) => other !== name) : [...names, name];

function DensityControl() {
  const { t } = useLingui();
  const [density, setDensity] = useDensity();
  return (
    <Field label={t`Height of the rows`} className="mt-2 border-t pt-2">
      <SegmentedControl
        value={density}
        onValueChange={setDensity}
        options={[
          { value: "compact", label: t`Compact` },
          { value: "normal", label: t`Normal` },
          { value: "tall", label: t`Tall` },
        ]}
      />
    </Field>
  );
}
