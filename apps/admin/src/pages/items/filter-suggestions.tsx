import { useLingui } from "@lingui/react/macro";
import type { Completion } from "../../filter/text/complete.ts";
import { cn } from "../../ui/cn.ts";
import { popStyle } from "../../ui/popover.tsx";

export interface FilterSuggestionsProps {
  /** The list is `<id>-list`, its options `<id>-0` and so on. */
  readonly id: string;
  readonly options: readonly Completion[];
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onChoose: (option: Completion) => void;
}

/** What can come next, below the field that keeps the focus. */
export function FilterSuggestions({ id, options, active, onActive, onChoose }: FilterSuggestionsProps) {
  const { t } = useLingui();
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label={t`What can come next`}
      tabIndex={-1}
      className={cn(popStyle, "absolute top-full left-0 mt-1 max-h-72 w-full min-w-56 overflow-y-auto p-1")}
    >
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the search field, which has the focus
        // biome-ignore lint/a11y/useFocusableInteractive: the search field points to the active option
        <div
          key={option.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={cn(
            "flex min-h-8 cursor-default items-center justify-between gap-2 rounded-md px-2 pointer-coarse:min-h-11",
            index === active && "bg-hover",
          )}
          // The field would lose the focus, and with it the list.
          onMouseDown={(event) => event.preventDefault()}
          onPointerMove={() => onActive(index)}
          onClick={() => onChoose(option)}
        >
          <span className="min-w-0 truncate">{option.text}</span>
          {option.hint !== undefined && <span className="text-muted text-xs">{option.hint}</span>}
        </div>
      ))}
    </div>
  );
}
