import { type ComponentProps, useEffect, useRef, useState } from "react";
import { cn } from "./cn.ts";
import { Input } from "./input.tsx";
import { SearchFrame, searchStyle } from "./search-frame.tsx";

export interface SearchInputProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type"> {
  value: string;
  /** Called when typing pauses, and at once on Enter and when it is cleared. */
  onSearch: (text: string) => void;
  /** What is searched: "Search users". Also the placeholder. */
  label: string;
  /** Milliseconds of a pause. */
  delay?: number;
}

export function SearchInput({ value, onSearch, label, delay = 200, className, ...rest }: SearchInputProps) {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (seen !== value) {
    // The address changed, for example by "back". What was searched itself comes back late: typing goes on meanwhile.
    setSeen(value);
    if (value !== sent.current) setDraft(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (text: string) => {
    sent.current = text;
    onSearch(text);
  };
  const search = (text: string, after: number) => {
    clearTimeout(timer.current);
    setDraft(text);
    if (after > 0) timer.current = setTimeout(() => send(text), after);
    else if (text !== value) send(text);
  };
  return (
    <SearchFrame
      className={cn("sm:w-60", className)}
      onClear={
        draft === ""
          ? undefined
          : () => {
              search("", 0);
              input.current?.focus();
            }
      }
    >
      <Input
        {...rest}
        ref={input}
        type="search"
        enterKeyHint="search"
        aria-label={label}
        placeholder={label}
        value={draft}
        className={searchStyle}
        onChange={(event) => search(event.target.value, delay)}
        onKeyDown={(event) => {
          if (event.key === "Enter") search(draft, 0);
          if (event.key === "Escape" && draft !== "") {
            event.stopPropagation();
            search("", 0);
          }
        }}
      />
    </SearchFrame>
  );
}
