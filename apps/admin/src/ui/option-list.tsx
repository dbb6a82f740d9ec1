import { Trans, useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Check } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { cn } from "./cn.ts";
import { errorWords } from "./error-words.ts";
import { Input } from "./input.tsx";
import type { Option } from "./option.ts";
import { Spinner } from "./spinner.tsx";
import { type OptionSource, useOptions } from "./use-options.ts";

export interface OptionListProps {
  source: OptionSource;
  isChosen: (value: string) => boolean;
  onChoose: (option: Option) => void;
  multiple?: boolean;
  /** Offers to make what was typed, if no choice has exactly this label. */
  onCreate?: ((text: string) => void) | undefined;
  createLabel?: ((text: string) => string) | undefined;
  label: string;
}

const CREATE = "\u0000create";

/** A search field over a list of choices; only the rows on the screen are in the page. */
export function OptionList({
  source,
  isChosen,
  onChoose,
  multiple = false,
  onCreate,
  createLabel,
  label,
}: OptionListProps) {
  const { t } = useLingui();
  const id = useId();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const found = useOptions(source, query, true);
  const text = query.trim();
  const offersNew = onCreate && text !== "" && !found.loading && !found.options.some((option) => option.label === text);
  const rows: readonly Option[] = offersNew
    ? [...found.options, { value: CREATE, label: createLabel?.(text) ?? t`Create “${text}”` }]
    : found.options;
  const current = Math.min(active, rows.length - 1);
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: (index) => (rows[index]?.description === undefined ? 32 : 46),
    overscan: 8,
  });
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current);
  }, [current, virtual]);

  const choose = (option: Option | undefined) => {
    if (!option || option.disabled) return;
    if (option.value === CREATE) onCreate?.(text);
    else onChoose(option);
    if (multiple) setQuery("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = rows.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: current >= last ? 0 : current + 1,
      ArrowUp: current <= 0 ? last : current - 1,
      PageDown: Math.min(last, current + 8),
      PageUp: Math.max(0, current - 8),
    };
    const next = moves[event.key];
    if (next !== undefined) setActive(next);
    else if (event.key === "Enter") choose(rows[current]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="flex min-h-0 flex-col">
      <div className="border-b p-1">
        <Input
          role="combobox"
          aria-label={t`Search`}
          aria-expanded
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
          placeholder={t`Search`}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="border-transparent"
        />
      </div>
      <div ref={frame} className="max-h-72 min-h-0 overflow-y-auto p-1">
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          aria-multiselectable={multiple || undefined}
          tabIndex={-1}
          className="relative outline-none"
          style={{ height: virtual.getTotalSize() }}
        >
          {virtual.getVirtualItems().map((item) => {
            const option = rows[item.index]!;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the search field, which has the focus
              // biome-ignore lint/a11y/useFocusableInteractive: the search field points to the active option
              <div
                key={option.value}
                ref={virtual.measureElement}
                data-index={item.index}
                id={`${id}-${item.index}`}
                role="option"
                aria-selected={isChosen(option.value)}
                aria-disabled={option.disabled}
                aria-setsize={rows.length}
                aria-posinset={item.index + 1}
                data-highlighted={item.index === current ? "" : undefined}
                className={cn(
                  "absolute inset-x-0 top-0 flex min-h-8 cursor-default items-center gap-2 rounded-md py-1 pr-8 pl-2 pointer-coarse:min-h-11",
                  "data-highlighted:bg-hover aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
                )}
                style={{ transform: `translateY(${item.start}px)` }}
                onPointerMove={() => setActive(item.index)}
                onClick={() => choose(option)}
              >
                {option.icon}
                <span className="min-w-0">
                  <span className="block truncate">{option.label}</span>
                  {option.description !== undefined && (
                    <span className="block truncate text-muted text-xs">{option.description}</span>
                  )}
                </span>
                {isChosen(option.value) && <Check aria-hidden className="absolute right-2 text-accent-ink" />}
              </div>
            );
          })}
        </div>
        <div role="status" className="px-2 text-muted text-sm">
          {found.loading ? (
            <span className="flex items-center gap-2 py-1.5">
              <Spinner label="" />
              <Trans>Loading</Trans>
            </span>
          ) : found.error !== undefined ? (
            <span className="block py-1.5 text-danger-ink">{errorWords(found.error)}</span>
          ) : (
            rows.length === 0 && (
              <span className="block py-1.5">
                <Trans>Nothing found</Trans>
              </span>
            )
          )}
        </div>
      </div>
    </div>
  );
}
