import { Trans, useLingui } from "@lingui/react/macro";
import type { FlowRun, FlowRunStep } from "@plinth/client/flows";
import { ChevronRight, RotateCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { formatDuration } from "../../../ui/format.ts";
import { JsonView } from "../../../ui/json-view.tsx";
import { SkeletonLines } from "../../../ui/skeleton.tsx";
import { Time } from "../../../ui/time.tsx";
import { NodeIcon } from "../drawing/node-icon.tsx";
import { hasEnded } from "./flow-run.ts";
import { useRunActions } from "./use-run-actions.ts";

interface StepListProps {
  readonly run: FlowRun;
  readonly steps: readonly FlowRunStep[];
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** Attempts at nodes, in their order. */
export function StepList({ run, steps, isPending, error }: StepListProps): ReactNode {
  if (error) return <ErrorState inline error={error} />;
  if (isPending) return <SkeletonLines lines={4} />;
  if (steps.length === 0)
    return (
      <p className="rounded-lg border border-dashed p-4 text-muted text-sm">
        {hasEnded(run) ? <Trans>Nothing has happened here.</Trans> : <Trans>Nothing has happened here yet.</Trans>}
      </p>
    );
  return (
    <ol className="divide-y rounded-lg border bg-surface">
      {steps.map((step) => (
        <StepRow key={`${step.path}#${step.attempt}`} run={run} step={step} />
      ))}
    </ol>
  );
}

interface StepRowProps {
  readonly run: FlowRun;
  readonly step: FlowRunStep;
}

function StepRow({ run, step }: StepRowProps): ReactNode {
  const { t, i18n } = useLingui();
  // What has failed is what one looks for.
  const [isOpen, setOpen] = useState(step.error !== null);
  const ms = Date.parse(step.ended_at) - Date.parse(step.started_at);
  const { attempt } = step;
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 px-3 py-2 text-left text-sm hover:bg-hover"
      >
        <ChevronRight aria-hidden className={cn("size-4 text-subtle transition-transform", isOpen && "rotate-90")} />
        <NodeIcon type={step.type} />
        <span className="min-w-0 break-all font-medium">{step.path}</span>
        {attempt > 1 && <span className="text-muted text-xs">{t`attempt ${attempt}`}</span>}
        <span className="ml-auto text-muted text-xs">{formatDuration(ms, i18n.locale)}</span>
        <Badge tone={step.error ? "danger" : "success"}>{step.error ? t`Failed` : t`Done`}</Badge>
      </button>
      {isOpen && <StepContent run={run} step={step} />}
    </li>
  );
}

function StepContent({ run, step }: StepRowProps): ReactNode {
  const { t } = useLingui();
  const { isPending, retry } = useRunActions();
  const { path, attempt, error, input, output, started_at } = step;
  const place = attempt > 1 ? `${path}#${attempt}` : path;
  return (
    <div className="flex flex-col gap-3 px-3 pb-3 text-sm">
      <p className="text-muted text-xs">
        <Time absolute value={started_at} />
      </p>
      {error && (
        <p className="break-words rounded-md bg-danger-soft p-2 text-danger-ink">
          {error.message} <code>{error.code}</code>
        </p>
      )}
      <h3 className="font-medium">{t`Input`}</h3>
      <JsonView value={input} depth={2} label={t`Input of ${place}`} className="max-h-80" />
      {!error && (
        <>
          <h3 className="font-medium">{t`Result`}</h3>
          <JsonView value={output} depth={2} label={t`Result of ${place}`} className="max-h-80" />
        </>
      )}
      {hasEnded(run) && (
        <div>
          <Button
            size="sm"
            icon={<RotateCw aria-hidden />}
            pending={isPending}
            onClick={() => void retry({ run, from: path })}
          >
            <Trans>Run again from here</Trans>
          </Button>
        </div>
      )}
    </div>
  );
}
