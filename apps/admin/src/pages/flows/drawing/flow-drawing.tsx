import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { cn } from "../../../ui/cn.ts";
import type { FlowNode } from "../draft/content.ts";
import { type Lane, lanesOf, type Path } from "../draft/tree.ts";
import { AddNode } from "./add-node.tsx";
import { LaneLabel } from "./lane-label.tsx";
import { NodeCard } from "./node-card.tsx";

export interface DrawnFlow {
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  /** What stands at the edge of a card, such as what has become of the node in a run. */
  readonly markOf?: (node: FlowNode) => ReactNode;
  /** Ids of nodes with a problem. */
  readonly wrong?: ReadonlySet<string>;
  /** Puts a new node into a list; without it nothing can be changed. */
  readonly onAdd?: (list: Path, index: number, type: string) => void;
  /** Another key pressed on a card. True: it has done something. */
  readonly onKey?: (id: string, event: KeyboardEvent) => boolean;
}

interface FlowDrawingProps extends DrawnFlow {
  readonly nodes: readonly FlowNode[];
  /** What stands at the beginning: the triggers. */
  readonly start: ReactNode;
}

/** A flow from top to bottom: nodes as cards, and lines along which it goes. The arrow keys lead from card to card. */
export function FlowDrawing({ nodes, start, ...drawn }: FlowDrawingProps): ReactNode {
  const { t } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const card = (event.target as Element).closest<HTMLElement>("[data-node]");
    if (!card || event.target !== card) return;
    if (drawn.onKey?.(card.dataset.node!, event)) return event.preventDefault();
    const by = event.altKey ? 0 : event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    const cards = [...frame.current!.querySelectorAll<HTMLElement>("[data-node]")];
    cards[cards.indexOf(card) + by]?.focus();
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is no set of fields
    <div
      ref={frame}
      role="group"
      aria-label={t`The nodes of the flow`}
      onKeyDown={onKeyDown}
      className="min-w-0 overflow-x-auto rounded-lg border bg-sunken p-4"
    >
      <div className="flex w-full flex-col items-stretch sm:mx-auto sm:w-max sm:items-center">
        {start}
        <NodeList nodes={nodes} at={["nodes"]} drawn={drawn} />
        <Edge />
        <span className="self-start rounded-full border bg-surface px-3 py-0.5 text-muted text-xs sm:self-center">{t`End`}</span>
      </div>
    </div>
  );
}

interface NodeListProps {
  readonly nodes: readonly FlowNode[];
  readonly at: Path;
  readonly drawn: DrawnFlow;
}

function NodeList({ nodes, at, drawn }: NodeListProps): ReactNode {
  return (
    <>
      {nodes.map((node, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: ids can be equal while somebody writes them
        <div key={`${node.id}.${i}`} className="flex flex-col items-stretch sm:items-center">
          <Edge list={at} index={i} drawn={drawn} />
          <NodeCard node={node} drawn={drawn} />
          <Lanes node={node} at={[...at, i]} drawn={drawn} />
        </div>
      ))}
      {drawn.onAdd && <Edge list={at} index={nodes.length} drawn={drawn} isLast />}
    </>
  );
}

interface LanesProps {
  readonly node: FlowNode;
  readonly at: Path;
  readonly drawn: DrawnFlow;
}

/** The lists of a node: side by side, or below each other where there is room for one only. */
function Lanes({ node, at, drawn }: LanesProps): ReactNode {
  const lanes = lanesOf(node);
  if (lanes.length === 0) return null;
  return (
    <>
      <span aria-hidden className="ml-4 h-3 border-line-strong border-l sm:ml-0" />
      <ul className="ml-4 flex flex-col items-stretch border-line-strong border-l sm:ml-0 sm:flex-row sm:border-l-0">
        {lanes.map((lane) => (
          <LaneView
            key={lane.path.join(".")}
            lane={lane}
            node={node}
            at={at}
            drawn={drawn}
            isOnly={lanes.length === 1}
          />
        ))}
      </ul>
    </>
  );
}

/** Lines are borders, which stay in contrast themes. These are from and to the node, over the lanes and below them, from the middle of the first to that of the last. */
const crossLine = cn(
  "relative sm:before:absolute sm:before:inset-x-0 sm:before:top-0 sm:before:border-t sm:before:border-line-strong",
  "sm:after:absolute sm:after:inset-x-0 sm:after:bottom-0 sm:after:border-t sm:after:border-line-strong",
  "sm:first:before:left-1/2 sm:last:before:right-1/2 sm:first:after:left-1/2 sm:last:after:right-1/2",
);

interface LaneViewProps extends LanesProps {
  readonly lane: Lane;
  readonly isOnly: boolean;
}

function LaneView({ lane, node, at, drawn, isOnly }: LaneViewProps): ReactNode {
  return (
    <li className={cn("flex flex-1 flex-col items-stretch pl-3 sm:items-center sm:px-3", !isOnly && crossLine)}>
      <span aria-hidden className="hidden h-3 border-line-strong border-l sm:block" />
      <LaneLabel node={node} lane={lane} />
      <NodeList nodes={lane.nodes} at={[...at, ...lane.path]} drawn={drawn} />
      <span aria-hidden className="hidden min-h-3 flex-1 border-line-strong border-l sm:block" />
    </li>
  );
}

interface EdgeProps {
  readonly list?: Path;
  readonly index?: number;
  readonly drawn?: DrawnFlow;
  /** Nothing follows in its list. */
  readonly isLast?: boolean;
}

/** The line to the next node, on which a new one can be put. */
function Edge({ list, index = 0, drawn, isLast = false }: EdgeProps): ReactNode {
  return (
    <span className="ml-4 flex flex-col items-center self-start sm:ml-0 sm:self-center">
      <span aria-hidden className="h-3 border-line-strong border-l" />
      {list && drawn?.onAdd && <AddNode onAdd={(type) => drawn.onAdd!(list, index, type)} />}
      {!isLast && (
        <svg aria-hidden viewBox="0 0 8 12" className="h-3 w-2 text-line-strong">
          <path d="M4 0V7M0 6L4 12L8 6Z" stroke="currentColor" fill="currentColor" strokeWidth="1" />
        </svg>
      )}
    </span>
  );
}
