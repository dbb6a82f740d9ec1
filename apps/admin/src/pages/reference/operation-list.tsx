import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { cn } from "../../ui/cn.ts";
import { MethodBadge } from "./method-badge.tsx";
import type { Operation } from "./operations.ts";

interface ListProps {
  readonly operations: readonly Operation[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The routes by section. */
export function OperationList({ operations, chosen, onChoose }: ListProps): ReactNode {
  const { t } = useLingui();
  if (operations.length === 0) {
    return (
      <p className="py-4 text-muted text-sm">
        <Trans>No route has these words.</Trans>
      </p>
    );
  }
  const groups = [...Map.groupBy(operations, ({ tag }) => tag)];
  return (
    <nav
      aria-label={t`Routes`}
      className="max-h-[calc(100dvh-14rem)] overflow-y-auto pt-2 max-lg:max-h-none lg:fade-below"
    >
      {groups.map(([tag, members]) => (
        <div key={tag}>
          <h2 className="px-2 pt-3 pb-1 text-subtle text-xs">{tag}</h2>
          <ul>
            {members.map(({ id, method, path, summary }) => (
              <li key={id}>
                <button
                  type="button"
                  aria-current={id === chosen ? "true" : undefined}
                  onClick={() => onChoose(id)}
                  className={cn(
                    "flex w-full items-baseline gap-2 rounded-md px-2 py-1 text-left hover:bg-hover pointer-coarse:min-h-11",
                    id === chosen && "bg-selected",
                  )}
                >
                  <MethodBadge method={method} />
                  <span className="min-w-0">
                    <code className="block break-all text-xs">{path}</code>
                    <span className="block text-muted text-xs">{summary}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
