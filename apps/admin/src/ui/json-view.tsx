import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { cn } from "./cn.ts";
import { CopyButton } from "./copy-button.tsx";

export interface JsonViewProps {
  value: unknown;
  /** Levels that are open at first. */
  depth?: number;
  label?: string;
  className?: string;
}

/** Entries of one object or list that are shown at once. */
const STEP = 100;

/** A value as a tree whose branches open and close. */
export function JsonView({ value, depth = 2, label, className }: JsonViewProps) {
  const { t } = useLingui();
  return (
    <section
      aria-label={label ?? t`JSON`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
      tabIndex={0}
      className={cn(
        "relative min-w-0 overflow-auto rounded-lg border bg-sunken p-2 font-mono text-sm leading-6",
        className,
      )}
    >
      <CopyButton
        text={() => JSON.stringify(value, null, 2) ?? ""}
        label={t`Copy JSON`}
        className="float-right sticky top-0 right-0"
      />
      <Node value={value} depth={depth} />
    </section>
  );
}

function Node({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  const [open, setOpen] = useState(depth > 0);
  const [shown, setShown] = useState(STEP);
  const isList = Array.isArray(value);
  if (typeof value !== "object" || value === null) {
    return (
      <div className="flex min-h-6 items-start gap-1 pl-5">
        {name !== undefined && <span className="shrink-0 text-muted">{name}:</span>}
        <Leaf value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-6 items-center gap-1 rounded-sm text-left hover:bg-hover pointer-coarse:min-h-11"
      >
        <ChevronRight
          aria-hidden
          className={cn("size-4 shrink-0 text-subtle transition-transform", open && "rotate-90")}
        />
        {name !== undefined && <span className="text-muted">{name}:</span>}
        <span className="text-subtle">
          {isList ? (
            <Plural value={entries.length} one="# entry" other="# entries" />
          ) : (
            <Plural value={entries.length} one="# key" other="# keys" />
          )}
        </span>
      </button>
      {open && entries.length > 0 && (
        <ul className="ml-2 border-l pl-2">
          {entries.slice(0, shown).map(([key, entry]) => (
            <li key={key}>
              <Node name={key} value={entry} depth={depth - 1} />
            </li>
          ))}
          {entries.length > shown && (
            <li>
              <button
                type="button"
                className="min-h-6 pl-5 text-accent-ink underline-offset-2 hover:underline"
                onClick={() => setShown(shown + STEP)}
              >
                <Trans>Show more</Trans>
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === "string") {
    return <span className="min-w-0 whitespace-pre-wrap break-words text-success-ink">{JSON.stringify(value)}</span>;
  }
  return <span className="text-info-ink">{String(value)}</span>;
}
