import { useMemo } from "react";
import { sparklinePath } from "./chart-data.ts";
import { cn } from "./cn.ts";

export interface SparklineProps {
  /** `null` where nothing is known. */
  values: readonly (number | null)[];
  /** What it shows, with the last value: "Requests, 12 in the last minute". */
  label: string;
  className?: string;
}

/** A line without axes, small enough for a row of a table. */
export function Sparkline({ values, label, className }: SparklineProps) {
  const path = useMemo(() => sparklinePath(values, 100, 20), [values]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="-1 -2 102 24"
      preserveAspectRatio="none"
      className={cn("h-6 w-24 text-chart-1", className)}
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
