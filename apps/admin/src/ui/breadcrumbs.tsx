import { useLingui } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

/** The path to this page: links, and last the page itself. */
export function Breadcrumbs({ items }: { items: readonly ReactNode[] }) {
  const { t } = useLingui();
  return (
    <nav aria-label={t`Breadcrumbs`}>
      <ol className="flex min-w-0 flex-wrap items-center gap-1 text-muted text-sm">
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a path is ordered
          <li key={index} className="flex min-w-0 items-center gap-1 [&_a:hover]:text-ink [&_a:hover]:underline">
            {index > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-subtle" />}
            <span
              className="inline-flex min-h-6 min-w-0 items-center truncate"
              data-own-mark
              aria-current={index === items.length - 1 ? "page" : undefined}
            >
              {item}
            </span>
          </li>
        ))}
      </ol>
    </nav>
  );
}
