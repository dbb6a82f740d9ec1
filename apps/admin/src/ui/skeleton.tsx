import { useLingui } from "@lingui/react/macro";
import { cn } from "./cn.ts";

/** One grey shape where content will be. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={cn(
        "h-4 animate-pulse rounded-sm bg-line forced-colors:border forced-colors:bg-transparent",
        className,
      )}
    />
  );
}

const WIDTHS = ["w-4/5", "w-3/5", "w-11/12", "w-2/3", "w-3/4"] as const;

/** Lines of a page, list or form that is being loaded, announced once. */
export function SkeletonLines({ lines = 5, className }: { lines?: number; className?: string }) {
  const { t } = useLingui();
  return (
    <div role="status" className={cn("flex flex-col gap-3", className)}>
      <span className="sr-only">{t`Loading`}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines never move
        <Skeleton key={line} className={WIDTHS[line % WIDTHS.length]} />
      ))}
    </div>
  );
}
