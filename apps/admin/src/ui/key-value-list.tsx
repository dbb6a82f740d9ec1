import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface KeyValueListProps {
  items: readonly { key: string; label: ReactNode; value: ReactNode; copy?: ReactNode }[];
  className?: string;
}

/** Facts about one thing. Label above value where it is narrow. */
export function KeyValueList({ items, className }: KeyValueListProps) {
  return (
    <dl className={cn("@container min-w-0 text-sm", className)}>
      {items.map((item) => (
        <div
          key={item.key}
          className="flex @md:flex-row flex-col gap-x-4 border-b py-1.5 first:pt-0 last:border-b-0 last:pb-0"
        >
          <dt className="@md:w-40 shrink-0 text-muted">{item.label}</dt>
          <dd className="flex min-w-0 flex-1 items-start gap-1">
            <span className="min-w-0 break-words">{item.value}</span>
            {/* No higher than a line, so that rows keep their rhythm. */}
            {item.copy !== undefined && <span className="-my-0.5 shrink-0">{item.copy}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
