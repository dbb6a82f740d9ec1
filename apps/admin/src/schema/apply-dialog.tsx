import { Trans, useLingui } from "@lingui/react/macro";
import { Check, Circle, CircleX } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useWorkspace } from "../api/workspace.ts";
import { Button } from "../ui/button.tsx";
import { CodeBlock } from "../ui/code-block.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { type ApplyFailure, applySteps } from "./apply.ts";
import type { Step } from "./plan.ts";
import { StepWords } from "./step-words.tsx";

interface ApplyDialogProps {
  readonly steps: readonly Step[];
  /** The requests are sent at once. */
  readonly begun?: boolean;
  readonly onClose: () => void;
  /** After the last request, or the one that was refused: `done` of them took effect. */
  readonly onEnd: (done: readonly Step[], failure: ApplyFailure | undefined) => Promise<void>;
}

/** The requests that a draft makes, before they are sent, while, and after one was refused. */
export function ApplyDialog({ steps: asked, begun = false, onClose, onEnd }: ApplyDialogProps): ReactNode {
  const { t } = useLingui();
  const { api } = useWorkspace();
  // What is shown stays, while the draft behind it gets smaller.
  const [steps] = useState(asked);
  const [done, setDone] = useState<number>();
  const [failure, setFailure] = useState<ApplyFailure>();
  const isRunning = done !== undefined && failure === undefined;
  const isDestructive = steps.some(({ kind }) => kind === "delete_field");
  const apply = async () => {
    setDone(0);
    const failed = await applySteps(api, steps, setDone);
    setFailure(failed);
    await onEnd(steps.slice(0, failed?.step ?? steps.length), failed);
  };
  const isBegun = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are sent once
  useEffect(() => {
    if (!begun || isBegun.current) return;
    isBegun.current = true;
    void apply();
  }, []);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !isRunning && onClose()}
      size="md"
      title={t`Apply the changes`}
      description={t`These requests are sent one after the other. If one is refused, those after it are not sent.`}
      footer={
        failure ? (
          <Button onClick={onClose}>
            <Trans>Back to the draft</Trans>
          </Button>
        ) : (
          <>
            <Button onClick={onClose} disabled={isRunning}>
              <Trans>Cancel</Trans>
            </Button>
            <Button variant={isDestructive ? "danger" : "primary"} pending={isRunning} onClick={() => void apply()}>
              {isDestructive ? <Trans>Apply and delete</Trans> : <Trans>Apply</Trans>}
            </Button>
          </>
        )
      }
    >
      <ol className="flex flex-col gap-2">
        {steps.map((step, index) => (
          <li key={`${step.method} ${step.path}`} className="flex items-start gap-2 text-sm">
            <StepMark index={index} done={done} failed={failure?.step} />
            <div className="min-w-0 flex-1">
              <StepWords step={step} />
              <details className="text-muted text-xs">
                <summary className="min-h-6 content-center">
                  <Trans>The request</Trans>
                </summary>
                <CodeBlock samples={requestText(step)} label={t`The request`} />
              </details>
            </div>
          </li>
        ))}
      </ol>
      {failure && (
        <div className="flex flex-col gap-2 pt-3">
          <ErrorState inline error={failure.error} />
          <p className="text-muted text-sm">
            {failure.step === 0 ? (
              <Trans>Nothing was changed. Your draft is kept.</Trans>
            ) : (
              <Trans>What is ticked took effect. The rest of your draft is kept.</Trans>
            )}
          </p>
        </div>
      )}
    </Dialog>
  );
}

interface StepMarkProps {
  readonly index: number;
  readonly done: number | undefined;
  readonly failed: number | undefined;
}

function StepMark({ index, done, failed }: StepMarkProps): ReactNode {
  const { t } = useLingui();
  const style = "mt-0.5 size-4 shrink-0";
  if (index === failed) return <CircleX aria-label={t`Refused`} className={`${style} text-danger-ink`} />;
  if (done !== undefined && index < done) return <Check aria-label={t`Done`} className={`${style} text-success-ink`} />;
  if (index === done && failed === undefined) return <Spinner className={style} />;
  return <Circle aria-hidden className={`${style} text-subtle`} />;
}

function requestText({ method, path, query, body }: Step): string {
  const search = query ? `?${new URLSearchParams(query)}` : "";
  return `${method} /api/${path}${search}${body ? `\n\n${JSON.stringify(body, null, 2)}` : ""}`;
}
