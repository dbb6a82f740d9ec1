import { useLingui } from "@lingui/react/macro";
import { Search, X } from "lucide-react";
import { type ComponentProps, useEffect, useRef, useState } from "react";
import { cn } from "./cn.ts";
import { IconButton } from "./icon-button.tsx";
import { Input } from "./input.tsx";

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
  const { t } = useLingui();
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
    <div className={cn("relative w-full min-w-32 sm:w-60", className)}>
      <Search aria-hidden className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2 size-4 text-subtle" />
      <Input
        {...rest}
        ref={input}
        type="search"
        enterKeyHint="search"
        aria-label={label}
        placeholder={label}
        value={draft}
        className="pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden"
        onChange={(event) => search(event.target.value, delay)}
        onKeyDown={(event) => {
          if (event.key === "Enter") search(draft, 0);
          if (event.key === "Escape" && draft !== "") {
            event.stopPropagation();
            search("", 0);
          }
        }}
      />
      {draft !== "" && (
        <IconButton
          size="sm"
          label={t`Clear search`}
          icon={<X aria-hidden />}
          className="-translate-y-1/2 absolute top-1/2 right-1 pointer-coarse:right-0"
          onClick={() => {
            search("", 0);
            input.current?.focus();
          }}
        />
      )}
    </div>
  );
}
