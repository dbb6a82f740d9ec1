import { ToggleGroup as Primitive } from "radix-ui";
import { cn } from "./cn.ts";
import { useFieldGroup } from "./field-context.ts";
import type { Option } from "./option.ts";
import { Tooltip } from "./tooltip.tsx";

export interface SegmentedControlProps<Value extends string> {
  value: Value;
  onValueChange: (value: Value) => void;
  /** Two to five. */
  options: readonly Option<Value>[];
  "aria-label"?: string;
  /** Shows icons only; the labels become tooltips. */
  iconsOnly?: boolean;
  className?: string;
}

export function SegmentedControl<Value extends string>({
  value,
  onValueChange,
  options,
  iconsOnly = false,
  className,
  ...aria
}: SegmentedControlProps<Value>) {
  return (
    <Primitive.Root
      {...useFieldGroup()}
      {...aria}
      type="single"
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onValueChange(chosen.value);
      }}
      className={cn("inline-flex w-fit max-w-full flex-wrap rounded-md border bg-sunken p-0.5", className)}
    >
      {options.map((option) => {
        const item = (
          <Primitive.Item
            key={option.value}
            value={option.value}
            disabled={option.disabled}
            aria-label={iconsOnly ? option.label : undefined}
            className={cn(
              "inline-flex h-6.5 min-w-7 items-center justify-center gap-1.5 truncate rounded-sm border border-transparent px-2 text-muted text-sm",
              // A tooltip replaces `data-state` by its own.
              "hover:text-ink aria-checked:border-line-strong/40 aria-checked:bg-surface aria-checked:font-medium aria-checked:text-ink",
              "disabled:opacity-55 pointer-coarse:min-h-10 pointer-coarse:min-w-11 [&_svg]:size-4",
            )}
          >
            {option.icon}
            {!iconsOnly && option.label}
          </Primitive.Item>
        );
        return iconsOnly ? (
          <Tooltip key={option.value} content={option.label}>
            {item}
          </Tooltip>
        ) : (
          item
        );
      })}
    </Primitive.Root>
  );
}
