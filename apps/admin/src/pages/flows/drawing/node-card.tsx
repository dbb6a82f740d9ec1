import { useLingui } from "@lingui/react/macro";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "../../../ui/cn.ts";
import type { FlowNode } from "../draft/content.ts";
import { briefOf } from "../draft/node-specs.ts";
import type { DrawnFlow } from "./flow-drawing.tsx";
import { NodeIcon } from "./node-icon.tsx";
import { useNodeTitle } from "./node-words.ts";

interface NodeCardProps {
  readonly node: FlowNode;
  readonly drawn: DrawnFlow;
}

/** One node of the drawing: its name, its type, and a word about what it does. */
export function NodeCard({ node, drawn }: NodeCardProps): ReactNode {
  const { t } = useLingui();
  const titleOf = useNodeTitle();
  const { id, on_error } = node;
  const isWrong = drawn.wrong?.has(id) ?? false;
  const brief = briefOf(node);
  const title = typeof node.title === "string" && node.title !== "" ? node.title : undefined;
  const leads = typeof on_error === "object" && on_error !== null ? (on_error as { goto?: unknown }).goto : undefined;
  return (
    <button
      type="button"
      data-node={id}
      aria-pressed={drawn.selected === id}
      onClick={() => drawn.onSelect(id)}
      className={cn(
        "flex w-full flex-col gap-0.5 rounded-lg border border-line-strong/60 bg-surface px-3 py-2 text-left sm:w-60",
        "hover:bg-hover aria-pressed:border-accent aria-pressed:ring-1 aria-pressed:ring-accent",
        "forced-colors:aria-pressed:outline-2",
        isWrong && "border-danger",
      )}
    >
      <span className="flex w-full items-center gap-2">
        <NodeIcon type={node.type} />
        <span className="min-w-0 flex-1 truncate font-medium text-sm">{title ?? id}</span>
        {isWrong && (
          <CircleAlert role="img" aria-label={t`Something is wrong here`} className="size-4 text-danger-ink" />
        )}
        {drawn.markOf?.(node)}
      </span>
      <span className="w-full truncate text-muted text-xs">{title ? `${id} · ${titleOf(node)}` : titleOf(node)}</span>
      {brief !== "" && <code className="w-full truncate text-muted text-xs">{brief}</code>}
      {on_error === "continue" && <span className="text-muted text-xs">{t`Goes on when it fails`}</span>}
      {typeof leads === "string" && <span className="text-muted text-xs">{t`When it fails: on to ${leads}`}</span>}
    </button>
  );
}
