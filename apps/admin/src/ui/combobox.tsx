import { useLingui } from "@lingui/react/macro";
import { ChevronsUpDown, X } from "lucide-react";
import { Popover as Primitive } from "radix-ui";
import { useState } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field-context.ts";
import { IconButton } from "./icon-button.tsx";
import { inputStyle } from "./input.tsx";
import type { Option } from "./option.ts";
import { OptionList } from "./option-list.tsx";
import { popStyle } from "./popover.tsx";
import type { OptionSource } from "./use-options.ts";

export interface ComboboxProps {
  value: string | null;
  /** What the value is called, where the source searches and need not have it at hand. */
  valueLabel?: string;
  onValueChange: (value: string | null, option: Option | null) => void;
  /** A search must keep its identity between renders (`useCallback`), as a new one searches again. */
  source: OptionSource;
  placeholder?: string;
  /** Shows a button that takes the value away. */
  clearable?: boolean;
  onCreate?: (text: string) => void;
  disabled?: boolean;
  id?: string;
  "aria-label"?: string;
  className?: string;
}

/** One of many choices, found by typing. */
export function Combobox({
  value,
  valueLabel,
  onValueChange,
  source,
  placeholder,
  clearable = false,
  onCreate,
  disabled,
  id,
  className,
  ...aria
}: ComboboxProps) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const known = typeof source === "function" ? undefined : source.find((option) => option.value === value);
  const prompt = placeholder ?? t`Choose`;
  // A button may be described and invalid, but not required: its label says that.
  const { "aria-required": _, ...control } = useFieldControl({ id });
  const shown = value === null ? prompt : (known?.label ?? valueLabel ?? value);
  // A name of its own must hold the text that is seen (WCAG 2.5.3).
  const { "aria-label": label, ...attributes } = aria;
  const canClear = clearable && value !== null && !disabled;
  return (
    <Primitive.Root open={open} onOpenChange={setOpen}>
      <div className={cn("relative min-w-0", className)}>
        <Primitive.Trigger
          {...control}
          {...attributes}
          {...(label !== undefined && { "aria-label": `${label}: ${shown}` })}
          aria-haspopup="listbox"
          disabled={disabled}
          className={cn(inputStyle, "flex h-8 items-center justify-between gap-2 text-left pointer-coarse:h-11")}
        >
          <span className={cn("truncate", value === null && "text-subtle", canClear && "mr-7 pointer-coarse:mr-11")}>
            {shown}
          </span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-subtle" />
        </Primitive.Trigger>
        {canClear && (
          <IconButton
            size="sm"
            label={t`Clear`}
            icon={<X aria-hidden />}
            className="-translate-y-1/2 absolute top-1/2 right-7"
            onClick={() => onValueChange(null, null)}
          />
        )}
      </div>
      <Primitive.Portal>
        <Primitive.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={aria["aria-label"] ?? prompt}
          className={cn(popStyle, "w-(--radix-popover-trigger-width) min-w-56 max-w-[calc(100vw-1rem)]")}
        >
          <OptionList
            label={aria["aria-label"] ?? prompt}
            source={source}
            isChosen={(candidate) => candidate === value}
            onChoose={(option) => {
              onValueChange(option.value, option);
              setOpen(false);
            }}
            onCreate={
              onCreate &&
              ((text) => {
                onCreate(text);
                setOpen(false);
              })
            }
          />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
