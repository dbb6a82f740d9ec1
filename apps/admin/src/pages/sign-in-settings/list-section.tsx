import type { ReactNode } from "react";
import { ErrorState } from "../../ui/error-state.tsx";

interface ListSectionProps {
  readonly id: string;
  readonly title: ReactNode;
  readonly description: ReactNode;
  readonly actions: ReactNode;
  /** Of what was done to an entry. */
  readonly error: Error | null;
  readonly children: ReactNode;
}

/** A list with its heading, one of several on a page. */
export function ListSection({ id, title, description, actions, error, children }: ListSectionProps): ReactNode {
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-0 flex-1 basis-60">
          <h2 id={id} className="font-semibold text-base">
            {title}
          </h2>
          <p className="text-muted text-sm">{description}</p>
        </div>
        {actions}
      </div>
      {error && <ErrorState inline error={error} />}
      {children}
    </section>
  );
}
