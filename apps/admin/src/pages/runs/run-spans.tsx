import { useLingui } from "@lingui/react/macro";
import type { RunSpan, WholeRun } from "@plinth/client/runs";
import type { ReactNode } from "react";
import { cn } from "../../ui/cn.ts";
import { formatDuration } from "../../ui/format.ts";

/** The parts of a run in the order in which they began, and when each was under way. */
export function RunSpans({ run }: { readonly run: WholeRun }): ReactNode {
  const { t } = useLingui();
  const { spans, ms, span_id } = run;
  if (spans.length === 0) return null;
  const total = Math.max(ms ?? 0, ...spans.map((span) => span.offset_ms + span.ms), 1);
  const depths = depthsOf(spans, span_id);
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-medium">{t`Parts`}</h2>
      <ol className="flex flex-col rounded-lg border">
        {spans.map((span) => (
          <SpanLine key={span.span_id} span={span} depth={depths.get(span.span_id) ?? 0} total={total} />
        ))}
      </ol>
    </section>
  );
}

interface SpanLineProps {
  readonly span: RunSpan;
  readonly depth: number;
  /** Milliseconds of the whole. */
  readonly total: number;
}

function SpanLine({ span, depth, total }: SpanLineProps): ReactNode {
  const { i18n } = useLingui();
  const { name, status, offset_ms, ms, error, attributes } = span;
  const failed = status === "error";
  const about = Object.values(attributes).filter((value) => typeof value !== "object");
  const left = Math.min(99, Math.max(0, (offset_ms / total) * 100));
  const width = Math.min(100 - left, Math.max(1, (ms / total) * 100));
  return (
    <li className="flex flex-col gap-1 border-b p-3 text-sm last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-2" style={{ paddingInlineStart: `${depth}rem` }}>
        <span className="font-medium">{name}</span>
        <span className="min-w-0 break-all text-muted text-xs">{about.join(" · ")}</span>
        <span className="ms-auto tabular-nums">{formatDuration(ms, i18n.locale)}</span>
      </div>
      <div aria-hidden className="h-2 overflow-hidden rounded-sm bg-sunken">
        <div
          className={cn("h-full rounded-sm forced-colors:bg-[CanvasText]", failed ? "bg-danger" : "bg-accent")}
          style={{ marginInlineStart: `${left}%`, width: `${width}%` }}
        />
      </div>
      {error !== null && <p className="break-words text-danger-ink text-xs">{error}</p>}
    </li>
  );
}

/** How deep each part is below the run. */
function depthsOf(spans: readonly RunSpan[], root: string): ReadonlyMap<string, number> {
  const depths = new Map<string, number>([[root, -1]]);
  for (const { span_id, parent_span_id } of spans) {
    depths.set(span_id, Math.min(8, (depths.get(parent_span_id ?? root) ?? -1) + 1));
  }
  return depths;
}
