import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface PageHeaderProps {
  title: ReactNode;
  /** One sentence: what this page is for. */
  description?: ReactNode;
  breadcrumbs?: ReactNode;
  /** Beside the title: a badge, a count. */
  aside?: ReactNode;
  /** The main action last. */
  actions?: ReactNode;
  /** `TabLinks`. */
  tabs?: ReactNode;
  className?: string;
}

/** The only `h1` of a page. */
export function PageHeader({ title, description, breadcrumbs, aside, actions, tabs, className }: PageHeaderProps) {
  return (
    <header className={cn("flex flex-col gap-2 pb-4", className)}>
      {breadcrumbs}
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className={cn("min-w-0 flex-1", description === undefined ? "basis-40" : "basis-60")}>
          <div className="flex min-h-8 flex-wrap items-center gap-x-2">
            <h1 className="min-w-0 font-semibold text-xl tracking-tight">{title}</h1>
            {aside}
          </div>
          {description !== undefined && <p className="max-w-prose text-pretty text-muted text-sm">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {tabs}
    </header>
  );
}
