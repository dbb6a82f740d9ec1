import { RadioGroup as Primitive } from "radix-ui";
import { useId } from "react";
import { cn } from "./cn.ts";
import { useFieldGroup } from "./field-context.ts";
import type { Option } from "./option.ts";

export interface RadioGroupProps<Value extends string> {
  value: Value | null;
  onValueChange: (value: Value) => void;
  options: readonly Option<Value>[];
  /** Each choice in a box of its own, for few choices that need an explanation. */
  boxed?: boolean;
  disabled?: boolean;
  name?: string;
  "aria-label"?: string;
  className?: string;
}

export function RadioGroup<Value extends string>({
  value,
  onValueChange,
  options,
  boxed = false,
  disabled,
  name,
  className,
  ...aria
}: RadioGroupProps<Value>) {
  const id = useId();
  return (
    <Primitive.Root
      {...useFieldGroup()}
      {...aria}
      value={value ?? ""}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen) onValueChange(chosen.value);
      }}
      disabled={disabled}
      name={name}
      className={cn("flex flex-col gap-2", className)}
    >
      {options.map((option) => (
        <label
          key={option.value}
          htmlFor={`${id}-${option.value}`}
          className={cn(
            "flex items-start gap-2 text-sm pointer-coarse:min-h-11",
            boxed &&
              "rounded-lg border bg-surface p-3 has-data-[state=checked]:border-accent has-data-[state=checked]:bg-selected",
            option.disabled && "opacity-55",
          )}
        >
          <Primitive.Item
            id={`${id}-${option.value}`}
            value={option.value}
            disabled={option.disabled}
            className="mt-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface data-[state=checked]:border-accent"
          >
            <Primitive.Indicator className="size-2 rounded-full bg-accent forced-colors:bg-[Highlight] forced-colors:forced-color-adjust-none" />
          </Primitive.Item>
          <span className="min-w-0">
            <span className="flex items-center gap-1.5 font-medium [&_svg]:size-4">
              {option.icon}
              {option.label}
            </span>
            {option.description !== undefined && <span className="block text-muted text-xs">{option.description}</span>}
          </span>
        </label>
      ))}
    </Primitive.Root>
  );
}
