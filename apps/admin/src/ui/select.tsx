import { useLingui } from "@lingui/react/macro";
import { Check, ChevronDown } from "lucide-react";
import { Select as Primitive } from "radix-ui";
import { useState } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field-context.ts";
import { inputStyle } from "./input.tsx";
import type { Option } from "./option.ts";

export interface SelectProps<Value extends string> {
  /** `null`: nothing chosen yet. */
  value: Value | null;
  onValueChange: (value: Value) => void;
  /** Values must not be empty. For more than about 20 use a `Combobox`. */
  options: readonly (Option<Value> | { label: string; options: readonly Option<Value>[] })[];
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  name?: string;
  /** Where no `Field` gives a label. */
  "aria-label"?: string;
  className?: string;
}

/** A closed list of more options has only the chosen one: a page may have hundreds of lists, each with hundreds of options. */
const FEW = 20;

export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  placeholder,
  disabled,
  id,
  name,
  className,
  ...aria
}: SelectProps<Value>) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const all = flat(options);
  const listed = open || all.length <= FEW ? options : all.filter((option) => option.value === value);
  return (
    <Primitive.Root
      value={value ?? ""}
      open={open}
      onOpenChange={setOpen}
      onValueChange={(next) => {
        const chosen = all.find((option) => option.value === next);
        if (chosen) onValueChange(chosen.value);
      }}
      disabled={disabled}
      name={name}
    >
      <Primitive.Trigger
        {...useFieldControl({ id })}
        {...aria}
        className={cn(
          inputStyle,
          "flex h-8 items-center justify-between gap-2 text-left data-placeholder:text-subtle pointer-coarse:h-11",
          className,
        )}
      >
        <span className="truncate">
          <Primitive.Value placeholder={placeholder ?? t`Choose`} />
        </span>
        <Primitive.Icon asChild>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-subtle" />
        </Primitive.Icon>
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-96 animate-pop overflow-hidden rounded-lg border bg-raised shadow-pop"
        >
          <Primitive.Viewport className="p-1">
            {listed.map((entry) =>
              "options" in entry ? (
                <Primitive.Group key={entry.label}>
                  <Primitive.Label className="px-2 pt-2 pb-1 font-medium text-subtle text-xs">
                    {entry.label}
                  </Primitive.Label>
                  {entry.options.map(renderOption)}
                </Primitive.Group>
              ) : (
                renderOption(entry)
              ),
            )}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function flat<Value extends string>(options: SelectProps<Value>["options"]): Option<Value>[] {
  return options.flatMap((entry) => ("options" in entry ? entry.options : [entry]));
}

function renderOption(option: Option) {
  return (
    <Primitive.Item
      key={option.value}
      value={option.value}
      disabled={option.disabled}
      // The name is all that can be read, not only the label.
      aria-labelledby={undefined}
      className="relative flex min-h-7 cursor-default select-none items-center gap-2 rounded-md py-1 pr-8 pl-2 text-sm outline-none data-disabled:opacity-55 data-highlighted:bg-hover pointer-coarse:min-h-11"
    >
      {option.icon}
      <span className="min-w-0">
        <Primitive.ItemText>{option.label}</Primitive.ItemText>
        {option.description !== undefined && <span className="block text-muted text-xs">{option.description}</span>}
      </span>
      <Primitive.ItemIndicator className="absolute right-2">
        <Check aria-hidden className="size-4 text-accent-ink" />
      </Primitive.ItemIndicator>
    </Primitive.Item>
  );
}
