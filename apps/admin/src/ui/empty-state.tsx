import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { CodeBlock, type CodeSample } from "./code-block.tsx";

export interface EmptyStateProps {
  icon?: ReactNode;
  /** What is not there yet: "No webhooks yet". */
  title: ReactNode;
  /** What it is for, in one or two sentences. */
  children?: ReactNode;
  actions?: ReactNode;
  /** The same by the API. */
  samples?: readonly CodeSample[];
  className?: string;
}

export function EmptyState({ icon, title, children, actions, samples, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center gap-3 px-4 py-12 text-center", className)}>
      {icon !== undefined && (
        <span aria-hidden className="text-subtle [&_svg]:size-8 [&_svg]:stroke-[1.5]">
          {icon}
        </span>
      )}
      <div className="max-w-md">
        <h2 className="font-semibold text-base">{title}</h2>
        {children !== undefined && <div className="pt-1 text-balance text-muted text-sm">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap justify-center gap-2">{actions}</div>}
      {samples !== undefined && <CodeBlock samples={samples} className="mt-2 w-full max-w-xl text-left" />}
    </div>
  );
}
