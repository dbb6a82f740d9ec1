import { useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Popover } from "../../ui/popover.tsx";

export interface ColumnsMenuProps {
  readonly all: readonly Field[];
  /** Names in their order. */
  readonly shown: readonly string[];
  readonly onChange: (shown: readonly string[]) => void;
}

/** Which columns the grid has, and in which order. */
export function ColumnsMenu({ all, shown, onChange }: ColumnsMenuProps) {
  const { t } = useLingui();
  const ordered = [...shown, ...all.map(({ name }) => name).filter((name) => !shown.includes(name))];
  const move = (name: string, by: number) => {
    const at = shown.indexOf(name);
    const next = shown.toSpliced(at, 1).toSpliced(at + by, 0, name);
    onChange(next);
  };
  return (
    <Popover
      label={t`Columns`}
      align="end"
      className="w-72 p-2"
      trigger={
        <Button size="sm" icon={<Columns3 aria-hidden />}>
          {t`Columns`}
        </Button>
      }
    >
      <ul>
        {ordered.map((name) => {
          const at = shown.indexOf(name);
          return (
            <li key={name} className="flex min-h-7 items-center gap-2">
              {/* biome-ignore lint/a11y/noLabelWithoutControl: the checkbox is its control */}
              <label className="flex min-w-0 flex-1 items-center gap-2">
                <Checkbox
                  checked={at >= 0}
                  disabled={at >= 0 && shown.length === 1}
                  onCheckedChange={(checked) =>
                    onChange(checked === true ? [...shown, name] : shown.filter((other) => other !== name))
                  }
                />
                <span className="truncate">{name}</span>
              </label>
              {at >= 0 && (
                <>
                  <IconButton
                    size="sm"
                    label={t`Move ${name} forward`}
                    icon={<ArrowUp aria-hidden />}
                    disabled={at === 0}
                    onClick={() => move(name, -1)}
                  />
                  <IconButton
                    size="sm"
                    label={t`Move ${name} back`}
                    icon={<ArrowDown aria-hidden />}
                    disabled={at === shown.length - 1}
                    onClick={() => move(name, 1)}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
    </Popover>
  );
}
