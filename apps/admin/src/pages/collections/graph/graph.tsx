import { Trans, useLingui } from "@lingui/react/macro";
import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useGo } from "../../../app/links.ts";
import { PageLink } from "../../../app/page-link.tsx";
import type { CollectionInfo } from "../../../data/collections.ts";
import { cn } from "../../../ui/cn.ts";
import { IconButton } from "../../../ui/icon-button.tsx";
import {
  type Box,
  HEAD_HEIGHT,
  type Layout,
  LINE_HEIGHT,
  type Line,
  layoutOf,
  MOST_LETTERS,
  type Point,
} from "./layout.ts";
import { usePanZoom } from "./pan-zoom.ts";

interface GraphProps {
  readonly collections: readonly CollectionInfo[];
  /** Collections whose name has this text are marked. */
  readonly marked: string;
}

/** The relations of all collections as a picture, and the same as a list that the keyboard reaches. */
export default function Graph({ collections, marked }: GraphProps): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const layout = useMemo(() => layoutOf(collections), [collections]);
  const { frame, view, isDragged, zoom, fit, handlers } = usePanZoom(layout);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="relative h-[60dvh] min-h-80 overflow-hidden rounded-lg border bg-sunken">
        <svg
          ref={frame}
          role="img"
          aria-label={t`Collections and their relations; the list below has the same`}
          className={cn("size-full touch-none select-none", isDragged ? "cursor-grabbing" : "cursor-grab")}
          {...handlers}
        >
          <defs>
            <marker
              id="graph-arrow"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              orient="auto-start-reverse"
            >
              <path d="M0 0L8 4L0 8Z" className="fill-line-strong forced-colors:fill-[CanvasText]" />
            </marker>
          </defs>
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            {layout.lines.map((line) => (
              <Relation key={`${line.from}.${line.fields[0]}`} line={line} />
            ))}
            {layout.boxes.map((box) => (
              <CollectionBox
                key={box.slug}
                box={box}
                isMarked={marked !== "" && box.slug.includes(marked.toLowerCase())}
                onOpen={() => !isDragged && go(`collections/${box.slug}`)}
              />
            ))}
          </g>
        </svg>
        <div className="absolute right-2 bottom-2 flex gap-1 rounded-md border bg-raised p-1">
          <IconButton size="sm" label={t`Zoom in`} icon={<ZoomIn aria-hidden />} onClick={() => zoom(1.25)} />
          <IconButton size="sm" label={t`Zoom out`} icon={<ZoomOut aria-hidden />} onClick={() => zoom(0.8)} />
          <IconButton size="sm" label={t`Show all`} icon={<Maximize aria-hidden />} onClick={fit} />
        </div>
      </div>
      <RelationList layout={layout} />
    </div>
  );
}

interface CollectionBoxProps {
  readonly box: Box;
  readonly isMarked: boolean;
  readonly onOpen: () => void;
}

function CollectionBox({ box, isMarked, onOpen }: CollectionBoxProps): ReactNode {
  const { slug, x, y, width, height, lines, more } = box;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list below has the same links
    <g transform={`translate(${x} ${y})`} className="cursor-pointer" onClick={onOpen}>
      <rect
        width={width}
        height={height}
        rx={8}
        className={cn(
          "fill-surface stroke-line-strong/60 hover:fill-hover",
          "forced-colors:fill-[Canvas] forced-colors:stroke-[CanvasText]",
          isMarked && "stroke-accent stroke-2 forced-colors:stroke-[Highlight]",
        )}
      />
      <text x={12} y={22} className="fill-ink font-medium text-sm forced-colors:fill-[CanvasText]">
        {shortened(slug)}
      </text>
      <line
        x1={0}
        x2={width}
        y1={HEAD_HEIGHT}
        y2={HEAD_HEIGHT}
        className="stroke-line forced-colors:stroke-[CanvasText]"
      />
      {lines.map((line, i) => (
        <text
          key={line}
          x={12}
          y={HEAD_HEIGHT + 18 + i * LINE_HEIGHT}
          className="fill-muted text-xs forced-colors:fill-[CanvasText]"
        >
          {shortened(line)}
        </text>
      ))}
      {(more > 0 || lines.length === 0) && (
        <text
          x={12}
          y={HEAD_HEIGHT + 18 + lines.length * LINE_HEIGHT}
          className="fill-subtle text-xs forced-colors:fill-[CanvasText]"
        >
          {more > 0 ? `+ ${more}` : "—"}
        </text>
      )}
    </g>
  );
}

function shortened(text: string): string {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
}

function Relation({ line: { points, fields } }: { readonly line: Line }): ReactNode {
  const middle = points[Math.floor(points.length / 2)];
  if (!middle) return null;
  return (
    <g>
      <path
        d={curve(points)}
        className="fill-none stroke-line-strong forced-colors:stroke-[CanvasText]"
        markerEnd="url(#graph-arrow)"
      />
      <text
        x={middle.x}
        y={middle.y - 6}
        textAnchor="middle"
        className="fill-muted text-xs forced-colors:fill-[CanvasText]"
      >
        {fields[0]}
      </text>
    </g>
  );
}

/** Through the middles of its parts, so that it has no corners. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const parts = rest.map((point, i) => {
    const next = rest[i + 1];
    return next
      ? `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`
      : `L${point.x} ${point.y}`;
  });
  return `M${first!.x} ${first!.y}${parts.join("")}`;
}

function RelationList({ layout }: { readonly layout: Layout }): ReactNode {
  const link = "inline-block text-accent-ink leading-6 underline";
  return (
    <section aria-labelledby="relations" className="text-sm">
      <h2 id="relations" className="pb-1 font-semibold text-base">
        <Trans>Relations</Trans>
      </h2>
      {layout.lines.length === 0 ? (
        <p className="text-muted">
          <Trans>None yet. A field of the type “Link to one item” makes one.</Trans>
        </p>
      ) : (
        <ul className="divide-y rounded-lg border bg-surface">
          {layout.lines.map(({ from, to, fields }) => (
            <li key={`${from}.${fields[0]}`} className="flex flex-wrap items-baseline gap-x-2 px-3 py-2">
              <PageLink path={`collections/${from}`} search={{ field: fields[0] }} className={link}>
                {from}.{fields[0]}
              </PageLink>
              <span className="text-muted">
                <Trans>leads to</Trans>
              </span>
              <PageLink path={`collections/${to}`} className={link}>
                {to}
              </PageLink>
              {fields.length > 1 && (
                <span className="text-muted text-xs">
                  <Trans>shown there as {fields.slice(1).join(", ")}</Trans>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
