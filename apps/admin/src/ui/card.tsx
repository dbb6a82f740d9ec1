import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";

export interface CardProps extends Omit<ComponentProps<"section">, "title"> {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** Without space around the content, for tables and lists. */
  flush?: boolean;
}

export function Card({ title, description, actions, footer, flush = false, className, children, ...rest }: CardProps) {
  const hasHead = title !== undefined || actions !== undefined;
  return (
    <section {...rest} className={cn("min-w-0 rounded-lg border bg-surface", className)}>
      {hasHead && (
        <header
          className={cn("flex flex-wrap items-baseline gap-x-4 gap-y-2 px-4 pt-3", flush ? "border-b pb-3" : "pb-1")}
        >
          <div className={cn("min-w-0 flex-1", description !== undefined && "basis-48")}>
            {title !== undefined && <h2 className="font-semibold text-base">{title}</h2>}
            {description !== undefined && <p className="text-muted text-sm">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? "overflow-hidden rounded-b-lg" : cn("p-4", hasHead && "pt-2")}>{children}</div>
      {footer !== undefined && (
        <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">{footer}</footer>
      )}
    </section>
  );
}
