import { Trans, useLingui } from "@lingui/react/macro";
import { SquarePen } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { type Completion, completionsAt } from "../../filter/text/complete.ts";
import { textContext } from "../../filter/text/context.ts";
import type { FilterProblem } from "../../filter/text/problem.ts";
import { writeText } from "../../filter/text/write-text.ts";
import { parseFilter } from "../../filter/tree.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { SearchFrame, searchStyle } from "../../ui/search-frame.tsx";
import { exampleOf } from "./filter-example.ts";
import { FilterProblemText } from "./filter-problem.tsx";
import { FilterSuggestions } from "./filter-suggestions.tsx";
import type { ItemQueryStateAndSetters } from "./query-state.ts";
import { useFilterText } from "./use-filter-text.ts";

export interface FilterSearchProps {
  readonly collection: CollectionInfo;
  /** The field in which words are searched. */
  readonly title: string;
  readonly query: ItemQueryStateAndSetters;
}

const NO_COLLECTIONS: readonly CollectionInfo[] = [];

/** Takes words, and conditions as one line. Conditions become part of the filter, and have chips. */
export function FilterSearch({ collection, title, query }: FilterSearchProps) {
  const { t } = useLingui();
  const id = useId();
  const { data: collections = NO_COLLECTIONS } = useCollections();
  const context = useMemo(() => textContext(collection, collections), [collection, collections]);
  const search = useFilterText(query, context);
  const { text, reading } = search;
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  /** Of the suggestions; -1: none, so that Enter searches. */
  const [active, setActive] = useState(-1);
  const completions = useMemo(() => completionsAt(text, caret, context), [text, caret, context]);
  const options = open ? completions.options : [];
  const example = exampleOf(collection);
  // While somebody types, nothing is wrong yet.
  const wrong = reading.kind === "words" && reading.isMeant && query.q === text ? reading.problem : undefined;
  // The caret goes behind what was completed once it is in the field.
  const goal = useRef<number>(undefined);
  useEffect(() => {
    if (goal.current !== undefined) input.current?.setSelectionRange(goal.current, goal.current);
    goal.current = undefined;
  });
  const type = (next: string, at: number) => {
    search.type(next);
    setCaret(at);
    setActive(-1);
    setOpen(next !== "");
  };
  const complete = ({ text: word }: Completion) => {
    const before = `${text.slice(0, completions.from)}${word} `;
    goal.current = before.length;
    type(before + text.slice(caret).trimStart(), before.length);
    input.current?.focus();
  };
  const replace = ({ at, reason }: FilterProblem, name: string) => {
    const wrong = "name" in reason ? reason.name : "";
    type(text.slice(0, at) + name + text.slice(at + wrong.length), at + name.length);
    input.current?.focus();
  };
  const enter = () => {
    setOpen(false);
    search.enter();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = options[active];
    if ((event.key === "Enter" || event.key === "Tab") && chosen) complete(chosen);
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape" && options.length > 0) setOpen(false);
    else if (event.key === "Escape" && text !== "") search.clear();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setOpen(true);
      const { length } = completions.options;
      // Before the first one stands none.
      setActive(((active + 1 + (event.key === "ArrowDown" ? 1 : length)) % (length + 1)) - 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <SearchFrame
        className="sm:w-auto sm:max-w-96 sm:grow sm:basis-32"
        onClear={
          text === ""
            ? undefined
            : () => {
                search.clear();
                input.current?.focus();
              }
        }
      >
        <Input
          ref={input}
          type="search"
          role="combobox"
          enterKeyHint="search"
          spellCheck={false}
          autoCapitalize="off"
          aria-label={t`Search by ${title}`}
          aria-autocomplete="list"
          aria-expanded={options.length > 0}
          aria-controls={options.length > 0 ? `${id}-list` : undefined}
          aria-activedescendant={options[active] ? `${id}-${active}` : undefined}
          aria-describedby={wrong ? `${id}-why` : undefined}
          placeholder={example === undefined ? t`Search by ${title}` : t`${title}, or ${example}`}
          value={text}
          className={searchStyle}
          onChange={(event) => type(event.target.value, event.target.selectionStart ?? event.target.value.length)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? text.length)}
          onBlur={(event) => {
            setOpen(false);
            const stays = event.currentTarget.parentElement?.contains(event.relatedTarget);
            if (reading.kind === "conditions" && !stays) search.enter();
          }}
          onKeyDown={onKeyDown}
        />
        {text === "" && query.filter && (
          <IconButton
            size="sm"
            label={t`Edit the filter as text`}
            icon={<SquarePen aria-hidden />}
            className="-translate-y-1/2 absolute top-1/2 right-1 pointer-coarse:right-0"
            onClick={() => {
              const line = writeText(parseFilter(query.filter), context);
              search.edit(line);
              goal.current = line.length;
              input.current?.focus();
            }}
          />
        )}
        {options.length > 0 && (
          <FilterSuggestions id={id} options={options} active={active} onActive={setActive} onChoose={complete} />
        )}
      </SearchFrame>
      {wrong && (
        <p id={`${id}-why`} role="status" className="order-last basis-full text-muted text-sm">
          <Trans>
            Searched as words: <FilterProblemText reason={wrong.reason} onReplace={(name) => replace(wrong, name)} />
          </Trans>
        </p>
      )}
    </>
  );
}
