import { Trans, useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ImageIcon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { PageLink } from "../../../app/page-link.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import type { ItemRow } from "../row-pages.ts";
import type { Rows } from "../use-rows.ts";
import { AddFieldLink } from "./add-field-link.tsx";
import { CardFields, cardFields, titleOfRow } from "./item-card.tsx";
import { ItemPicture } from "./item-picture.tsx";
import { chosenField, fieldsFor } from "./layout-fields.ts";
import type { LayoutProps } from "./layout-props.ts";

/** Pixels that a card takes at least. */
const CARD_WIDTH = 200;
const CARD_HEIGHT = 248;
const GAP = 12;

/** Items as pictures with a title and two fields. */
export default function GalleryLayout({ rows, ...props }: LayoutProps & { readonly rows: Rows }) {
  const { t } = useLingui();
  const { collection, query, shown, title, path } = props;
  const image = chosenField(fieldsFor("gallery", collection), query.by);
  const frame = useRef<HTMLDivElement>(null);
  const across = useColumnsOf(frame);
  const { pages, titleOf } = rows;
  const count = pages.count + (pages.hasMore ? across : 0);
  const virtual = useVirtualizer({
    count: Math.ceil(count / across),
    getScrollElement: () => frame.current,
    estimateSize: () => CARD_HEIGHT + GAP,
    overscan: 2,
  });
  const lines = virtual.getVirtualItems();
  const [first, last] = [(lines[0]?.index ?? 0) * across, ((lines.at(-1)?.index ?? 0) + 1) * across - 1];
  useEffect(() => {
    void rows.revision;
    pages.want(first, last);
  }, [pages, first, last, rows.revision]);
  if (!image) {
    return (
      <EmptyState
        icon={<ImageIcon />}
        title={t`No field for pictures`}
        actions={<AddFieldLink slug={collection.slug} />}
      >
        <Trans>
          A gallery shows a picture of each item. It takes a field of the type file or files, or a text field whose name
          says so, such as image, photo or cover, with the address of the picture.
        </Trans>
      </EmptyState>
    );
  }
  const fields = cardFields(shown, [title, image.name]);
  return (
    <section ref={frame} aria-label={t`Gallery of ${collection.slug}`} className="min-h-0 flex-1 overflow-y-auto">
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {lines.flatMap(({ index, start }) =>
          Array.from({ length: across }, (_, column) => {
            const at = index * across + column;
            if (at >= count) return null;
            const row = pages.at(at);
            return (
              <li
                key={at}
                className="absolute top-0 left-0 overflow-hidden rounded-lg border bg-surface"
                style={{
                  height: CARD_HEIGHT,
                  width: `calc((100% - ${(across - 1) * GAP}px) / ${across})`,
                  transform: `translate(calc(${column} * (100% + ${GAP}px)), ${start}px)`,
                }}
              >
                {row ? (
                  <GalleryCard row={row} image={image} fields={fields} title={title} path={path} titleOf={titleOf} />
                ) : (
                  <Skeleton className="h-full w-full" />
                )}
              </li>
            );
          }),
        )}
      </ul>
    </section>
  );
}

function useColumnsOf(frame: { readonly current: HTMLElement | null }): number {
  const [across, setAcross] = useState(1);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setAcross(Math.max(1, Math.floor((element.clientWidth + GAP) / (CARD_WIDTH + GAP)))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return across;
}

interface GalleryCardProps {
  readonly row: ItemRow;
  readonly image: Field;
  readonly fields: readonly Field[];
  readonly title: string;
  readonly path: string;
  readonly titleOf: (id: string) => string | undefined;
}

function GalleryCard({ row, image, fields, title, path, titleOf }: GalleryCardProps) {
  return (
    <article className="flex h-full flex-col">
      <ItemPicture field={image} value={row[image.name]} />
      <div className="min-w-0 flex-1 overflow-hidden p-2 text-sm">
        <PageLink
          path={`${path}/${row.id}`}
          className="line-clamp-2 min-h-6 content-center font-medium hover:underline"
        >
          {titleOfRow(row, title)}
        </PageLink>
        <CardFields row={row} fields={fields} titleOf={titleOf} />
      </div>
    </article>
  );
}
