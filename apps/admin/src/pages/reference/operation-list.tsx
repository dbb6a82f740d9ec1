import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "../../ui/cn.ts";
import { MethodBadge } from "./method-badge.tsx";
import type { Operation } from "./operations.ts";

interface ListProps {
  readonly operations: readonly Operation[];
  /** Whether they are what a search has found. */
  readonly isSearch: boolean;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The routes by section. There are more than a hundred: a section opens where its routes are asked for. */
export function OperationList({ operations, isSearch, chosen, onChoose }: ListProps): ReactNode {
  const { t } = useLingui();
  const list = useRef<HTMLElement>(null);
  // A link may name a route far below.
  useEffect(() => {
    // In braces: where scrolling returns a promise, React would call it when the page goes.
    list.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }, []);
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
      ref={list}
      aria-label={t`Routes`}
      className="max-h-[calc(100dvh-14rem)] overflow-y-auto pt-2 max-lg:max-h-none lg:fade-below"
    >
      {groups.map(([tag, members]) => (
        <details key={tag} className="group" open={isSearch || members.some(({ id }) => id === chosen)}>
          <summary className="flex cursor-pointer list-none items-center gap-1 rounded-md px-1 py-1.5 hover:bg-hover pointer-coarse:min-h-11 [&::-webkit-details-marker]:hidden">
            <ChevronRight aria-hidden className="size-4 shrink-0 text-subtle group-open:rotate-90" />
            <h2 className="min-w-0 flex-1 font-medium text-sm">{tag}</h2>
            <span className="pr-1 text-subtle text-xs tabular-nums">{members.length}</span>
          </summary>
          <ul className="pb-2">
            {members.map((operation) => (
              <OperationRow
                key={operation.id}
                operation={operation}
                isChosen={operation.id === chosen}
                onChoose={onChoose}
              />
            ))}
          </ul>
        </details>
      ))}
    </nav>
  );
}

interface RowProps {
  readonly operation: Operation;
  readonly isChosen: boolean;
  readonly onChoose: (id: string) => void;
}

function OperationRow({ operation, isChosen, onChoose }: RowProps): ReactNode {
  const { id, method, path, summary } = operation;
  return (
    <li>
      <button
        type="button"
        aria-current={isChosen ? "true" : undefined}
        onClick={() => onChoose(id)}
        className={cn(
          "flex w-full items-baseline gap-2 rounded-md px-2 py-1 text-left hover:bg-hover pointer-coarse:min-h-11",
          isChosen && "bg-selected",
        )}
      >
        <MethodBadge method={method} />
        <span className="min-w-0">
          <code className="block break-all text-xs">{path}</code>
          <span className="block text-muted text-xs">{summary}</span>
        </span>
      </button>
    </li>
  );
}
