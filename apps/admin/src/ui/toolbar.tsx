import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface ToolbarProps {
  /** Names it for screen readers: "Items". */
  label: string;
  /** Stands at the right. */
  end?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** A row of controls above a list. Wraps where it is narrow. */
export function Toolbar({ label, end, className, children }: ToolbarProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={label} className={cn("flex min-h-8 flex-wrap items-center gap-2", className)}>
      {children}
      {end !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{end}</div>}
    </div>
  );
}
