import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { PlinthError } from "@plinth/core";
import { RotateCw, TriangleAlert } from "lucide-react";
import { type ReactNode, useContext } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import { CopyButton } from "./copy-button.tsx";
import { adviceFor, FILE_ADVICE } from "./error-advice.ts";
import { errorWords, originalWords } from "./error-words.ts";
import { RefusalAdvice } from "./refusal-advice.ts";

export interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
  pending?: boolean;
  actions?: ReactNode;
  /** A box in the flow of a page instead of its whole area. */
  inline?: boolean;
  className?: string;
}

/** Somebody else has the right. */
const REFUSALS: ReadonlySet<string> = new Set(["FORBIDDEN", "FIELD_FORBIDDEN"]);

/** What failed, what to do, and what an operator needs to find it in the log. */
export function ErrorState({ error, onRetry, pending, actions, inline = false, className }: ErrorStateProps) {
  const { t } = useLingui();
  const known = error instanceof PlinthClientError ? error : undefined;
  const { title, advice: general, retry } = error instanceof PlinthError ? FILE_ADVICE : adviceFor(known ?? {});
  const own = useContext(RefusalAdvice);
  const advice = (REFUSALS.has(known?.code ?? "") ? own : undefined) ?? general;
  const detail = originalWords(error);
  return (
    <div
      role="alert"
      className={cn(
        "flex gap-3 text-sm",
        inline
          ? "rounded-lg border border-danger/40 bg-danger-soft p-3"
          : "mx-auto max-w-lg flex-col items-center px-4 py-12 text-center",
        className,
      )}
    >
      <TriangleAlert
        aria-hidden
        className={cn("shrink-0 text-danger-ink", inline ? "mt-0.5 size-4" : "size-8 stroke-[1.5]")}
      />
      <div className={cn("flex min-w-0 flex-1 flex-col gap-2", !inline && "items-center")}>
        <div>
          <h2 className="font-semibold text-base">{t(title)}</h2>
          <p className="break-words">{errorWords(error)}</p>
          {detail !== undefined && (
            <p lang="en" className="break-words text-muted text-xs">
              {detail}
            </p>
          )}
          <p className={inline ? undefined : "text-muted"}>{t(advice)}</p>
        </div>
        <Facts code={known?.code} requestId={known?.requestId} inline={inline} />
        {(onRetry || actions) && (
          <div className="flex flex-wrap gap-2">
            {onRetry && (
              <Button
                size="sm"
                variant={retry ? "primary" : "secondary"}
                icon={<RotateCw aria-hidden />}
                pending={pending}
                onClick={onRetry}
              >
                <Trans>Try again</Trans>
              </Button>
            )}
            {actions}
          </div>
        )}
      </div>
    </div>
  );
}

interface FactsProps {
  code: string | undefined;
  requestId: string | undefined;
  inline: boolean;
}

function Facts({ code, requestId, inline }: FactsProps) {
  const { t } = useLingui();
  if (code === undefined) return null;
  return (
    <div className={cn("flex flex-wrap items-center gap-x-3 text-xs", !inline && "justify-center")}>
      <code>{code}</code>
      {requestId !== undefined && (
        <span className="inline-flex min-w-0 items-center gap-1">
          <span className="break-all">
            <Trans>
              Request <code>{requestId}</code>
            </Trans>
          </span>
          <CopyButton text={requestId} label={t`Copy request id`} />
        </span>
      )}
    </div>
  );
}
