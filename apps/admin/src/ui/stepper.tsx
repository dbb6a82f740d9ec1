import { useLingui } from "@lingui/react/macro";
import { Check } from "lucide-react";
import { cn } from "./cn.ts";

export interface StepperProps {
  /** What the steps lead to: "Import". */
  label: string;
  steps: readonly string[];
  /** Index of the step on the screen. */
  current: number;
  /** Makes the steps that are done into buttons. */
  onStep?: (step: number) => void;
}

export function Stepper({ label, steps, current, onStep }: StepperProps) {
  const { t } = useLingui();
  return (
    <nav aria-label={label}>
      <ol className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        {steps.map((step, index) => {
          const done = index < current;
          const content = (
            <>
              <span
                aria-hidden
                className={cn(
                  "inline-flex size-5 items-center justify-center rounded-full border text-xs",
                  index === current &&
                    "border-accent bg-accent text-on-accent forced-colors:bg-[Highlight] forced-colors:text-[HighlightText] forced-colors:forced-color-adjust-none",
                  done && "border-success text-success-ink",
                  index > current && "border-line-strong",
                )}
              >
                {done ? <Check className="size-3" /> : index + 1}
              </span>
              {step}
              {done && <span className="sr-only">{t`(done)`}</span>}
            </>
          );
          return (
            <li key={step} aria-current={index === current ? "step" : undefined} data-own-mark>
              {done && onStep ? (
                <button
                  type="button"
                  className="inline-flex min-h-6 items-center gap-1.5 rounded-sm text-muted hover:text-ink pointer-coarse:min-h-11"
                  onClick={() => onStep(index)}
                >
                  {content}
                </button>
              ) : (
                <span
                  className={cn(
                    "inline-flex min-h-6 items-center gap-1.5",
                    index === current ? "font-medium" : "text-muted",
                  )}
                >
                  {content}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
