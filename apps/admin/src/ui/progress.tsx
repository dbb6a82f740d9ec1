import { cn } from "./cn.ts";

export interface ProgressProps {
  /** What goes on: "Importing". */
  label: string;
  /** Between 0 and `max`; absent if it is not known. */
  value?: number;
  max?: number;
  /** For screen readers: "300 of 1,000 rows". */
  valueText?: string;
  className?: string;
}

export function Progress({ label, value, max = 100, valueText, className }: ProgressProps) {
  const known = value !== undefined && max > 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={known ? Math.min(value, max) : undefined}
      aria-valuetext={valueText}
      tabIndex={-1}
      className={cn("h-1.5 w-full overflow-hidden rounded-full bg-line forced-colors:border", className)}
    >
      <div
        className={cn(
          "h-full rounded-full bg-accent forced-colors:bg-[Highlight] forced-colors:forced-color-adjust-none",
          known ? "transition-[width]" : "w-1/3 animate-slide",
        )}
        style={known ? { width: `${Math.min(100, (100 * value) / max)}%` } : undefined}
      />
    </div>
  );
}
