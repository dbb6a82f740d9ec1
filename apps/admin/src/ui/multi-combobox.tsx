import { useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import { Popover as Primitive } from "radix-ui";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import { useFieldGroup } from "./field-context.ts";
import type { Option } from "./option.ts";
import { OptionList } from "./option-list.tsx";
import { popStyle } from "./popover.tsx";
import type { OptionSource } from "./use-options.ts";

export interface MultiComboboxProps {
  /** The chosen ones in their order, with labels. */
  value: readonly Option[];
  onValueChange: (value: Option[]) => void;
  source: OptionSource;
  /** Of the button: "Add roles". */
  addLabel: string;
  onCreate?: (text: string) => void;
  /** What making a choice of the text is called, if not "Create". */
  createLabel?: (text: string) => string;
  disabled?: boolean;
  className?: string;
}

/** Several of many choices: each chosen one with a button that takes it away. */
export function MultiCombobox({
  value,
  onValueChange,
  source,
  addLabel,
  onCreate,
  createLabel,
  disabled = false,
  className,
}: MultiComboboxProps) {
  const { t } = useLingui();
  const { id, ...group } = useFieldGroup();
  const toggle = (option: Option) => {
    const without = value.filter((chosen) => chosen.value !== option.value);
    onValueChange(without.length < value.length ? without : [...value, option]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be named by the label of a field
    <div role="group" {...group} className={cn("flex min-h-8 flex-wrap items-center gap-1", className)}>
      {value.map((option) => (
        <span
          key={option.value}
          className="inline-flex h-7 max-w-full items-center gap-1 rounded-md border bg-sunken pl-2 text-sm pointer-coarse:h-11"
        >
          <span className="truncate">{option.label}</span>
          {!disabled && (
            <Button
              variant="ghost"
              size="icon-sm"
              aria-label={t`Remove ${option.label}`}
              icon={<X aria-hidden />}
              onClick={() => toggle(option)}
            />
          )}
        </span>
      ))}
      <Primitive.Root>
        <Primitive.Trigger asChild>
          <Button
            id={id}
            aria-label={addLabel}
            size="sm"
            icon={<Plus aria-hidden />}
            disabled={disabled}
            aria-haspopup="listbox"
          >
            {addLabel}
          </Button>
        </Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content
            align="start"
            sideOffset={4}
            collisionPadding={8}
            aria-label={addLabel}
            className={cn(popStyle, "w-72 max-w-[calc(100vw-1rem)]")}
          >
            <OptionList
              multiple
              label={addLabel}
              source={source}
              isChosen={(candidate) => value.some((chosen) => chosen.value === candidate)}
              onChoose={toggle}
              onCreate={onCreate}
              createLabel={createLabel}
            />
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </div>
  );
}
