import { Check, Maximize2 } from "lucide-react";
import { boxStyle } from "../../../ui/checkbox.tsx";
import { cn } from "../../../ui/cn.ts";

/** The first column, with the checkbox and the link to the item; it stays where it is. */
export const GUTTER = 68;

export interface RowHeadProps {
  /** Absent: the item is being read. */
  readonly href: string | undefined;
  readonly chosen: boolean;
  readonly labels: { readonly select: string; readonly open: string };
  readonly onChoose: (range: boolean) => void;
}

/** Plain elements: while one scrolls, dozens of rows are made within a frame. The grid follows the link. */
export function RowHead({ href, chosen, labels, onChoose }: RowHeadProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: its controls take the focus
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual grid are placed by transforms
    <div
      role="rowheader"
      className={`sticky left-0 z-10 flex shrink-0 items-center gap-2 border-r border-b px-2 ${chosen ? "bg-selected" : "bg-surface"}`}
      style={{ width: GUTTER }}
    >
      {href !== undefined && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a native box cannot be given the colours of the kit */}
          <button
            type="button"
            role="checkbox"
            tabIndex={-1}
            aria-label={labels.select}
            aria-checked={chosen}
            data-state={chosen ? "checked" : "unchecked"}
            className={boxStyle}
            onClick={(event) => onChoose(event.shiftKey)}
          >
            {chosen && <Check aria-hidden className="size-3.5" />}
          </button>
          <a tabIndex={-1} href={href} data-item aria-label={labels.open} className={linkStyle}>
            <Maximize2 aria-hidden className="size-3.5" />
          </a>
        </>
      )}
    </div>
  );
}

const linkStyle = cn(
  "inline-flex size-6 items-center justify-center rounded-sm text-subtle hover:bg-hover hover:text-ink",
);
