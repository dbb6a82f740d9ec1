import { useLingui } from "@lingui/react/macro";
import { Search, X } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { IconButton } from "./icon-button.tsx";

export interface SearchFrameProps {
  /** `undefined`: there is nothing to clear. */
  onClear: (() => void) | undefined;
  className?: string | undefined;
  /** An input with the classes of `searchStyle`. */
  children: ReactNode;
}

export const searchStyle = "pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden";

/** A sign before what is typed in a search, and a button that clears it. */
export function SearchFrame({ onClear, className, children }: SearchFrameProps) {
  const { t } = useLingui();
  return (
    <div className={cn("relative w-full min-w-32", className)}>
      <Search aria-hidden className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2 size-4 text-subtle" />
      {children}
      {onClear && (
        <IconButton
          size="sm"
          label={t`Clear search`}
          icon={<X aria-hidden />}
          className="-translate-y-1/2 absolute top-1/2 right-1 pointer-coarse:right-0"
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={onClear}
        />
      )}
    </div>
  );
}
