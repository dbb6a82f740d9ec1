import { useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { cn } from "../../ui/cn.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { CellView } from "./grid/cell-view.tsx";
import type { Rows } from "./use-rows.ts";

export interface ItemCardsProps {
  readonly label: string;
  readonly title: string;
  readonly fields: readonly Field[];
  readonly rows: Rows;
  readonly path: string;
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
}

/** Fields of a card besides its title. */
const SHOWN = 3;

/** The same items where there is no room for a grid. */
export function ItemCards({ label, title, fields, rows, path, chosen, onChosen }: ItemCardsProps) {
  const { t } = useLingui();
  const { pages, titleOf } = rows;
  const frame = useRef<HTMLDivElement>(null);
  const shown = fields.filter(({ name }) => name !== title).slice(0, SHOWN);
  const virtual = useVirtualizer({
    count: pages.count + (pages.hasMore ? 1 : 0),
    getScrollElement: () => frame.current,
    estimateSize: () => 48 + 22 * shown.length,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => {
    void rows.revision;
    pages.want(first, last);
  }, [pages, first, last, rows.revision]);
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChosen(next);
  };
  return (
    <div ref={frame} className="min-h-0 flex-1 overflow-y-auto rounded-lg border bg-surface">
      <ul aria-label={label} className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = pages.at(index);
          return (
            <li
              key={index}
              ref={virtual.measureElement}
              data-index={index}
              className={cn(
                "absolute inset-x-0 top-0 flex gap-3 border-b p-3 text-sm",
                row && chosen.has(row.id) && "bg-selected",
              )}
              style={{ transform: `translateY(${start}px)` }}
            >
              {row ? (
                <>
                  <Checkbox
                    className="mt-0.5"
                    aria-label={t`Select`}
                    checked={chosen.has(row.id)}
                    onCheckedChange={(checked) => choose(row.id, checked === true)}
                  />
                  <div className="min-w-0 flex-1">
                    <PageLink
                      path={`${path}/${row.id}`}
                      className="inline-flex min-h-6 items-center font-medium hover:underline"
                    >
                      {String(row[title] ?? row.id)}
                    </PageLink>
                    <dl>
                      {shown.map((field) => (
                        <div key={field.name} className="flex items-baseline justify-between gap-4">
                          <dt className="shrink-0 text-muted text-xs">{field.name}</dt>
                          <dd className="flex min-w-0 items-center">
                            <CellView field={field} value={row[field.name]} draft={undefined} titleOf={titleOf} />
                          </dd>
                        </div>
                      ))}
                    </dl>
                  </div>
                </>
              ) : (
                <Skeleton className="h-10 w-full" />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
