import { Trans } from "@lingui/react/macro";
import type { Rule } from "@plinth/core";
import { Circle, CircleCheck, CircleDashed, ShieldOff } from "lucide-react";
import type { ReactNode } from "react";
import { conditionWords, countingParts } from "../../data/rule-condition.ts";
import { cn } from "../../ui/cn.ts";
import type { Cell, WiderAccess } from "./rules.ts";

interface MatrixCellProps {
  /** Of the button, for who cannot see where it stands. */
  readonly label: string;
  /** The action, where the table has no columns. */
  readonly name: string;
  readonly cell: Cell;
  readonly onOpen: () => void;
}

const ICONS = { open: CircleCheck, some: CircleDashed, closed: Circle } as const;

/** Whether an action is closed, open, or open under a condition. */
export function MatrixCell({ label, name, cell, onOpen }: MatrixCellProps): ReactNode {
  const Icon = ICONS[cell.state];
  const words = cell.rules
    .filter(({ effect }) => effect === "allow")
    .map(wordsOf)
    .filter((condition) => condition !== "")
    .join(" | ");
  return (
    <button
      type="button"
      onClick={onOpen}
      className="flex min-h-10 w-full items-start gap-2 rounded-md px-2 py-1.5 text-left md:py-2.5 hover:bg-hover pointer-coarse:min-h-11"
    >
      <Icon
        aria-hidden
        className={cn(
          "mt-0.5 size-4 shrink-0",
          cell.state === "open" && "text-success-ink",
          cell.state === "some" && "text-warning-ink",
          cell.state === "closed" && "text-subtle",
        )}
      />
      <span className="min-w-0">
        <span className="sr-only">{label}: </span>
        <span aria-hidden className="block text-muted text-xs md:hidden">
          {name}
        </span>
        <span className={cell.state === "closed" ? "text-subtle" : undefined}>
          {cell.state === "open" ? (
            <Trans>All</Trans>
          ) : cell.state === "some" ? (
            <Trans>Some</Trans>
          ) : (
            <Trans>Closed</Trans>
          )}
        </span>
        {cell.isPartial && (
          <span className="text-muted text-xs">
            {" "}
            <Trans>some fields</Trans>
          </span>
        )}
        {cell.denies && <ShieldOff aria-hidden className="ml-1 inline size-3.5 text-danger-ink" />}
        {words !== "" && (
          <span className="block max-w-52 truncate text-muted text-xs" title={words}>
            {words}
          </span>
        )}
        {cell.wider && <Wider wider={cell.wider} />}
      </span>
    </button>
  );
}

/** What the rule asks of an item, and of it after a change. */
function wordsOf(rule: Rule): string {
  const { items, after } = countingParts(rule);
  return [conditionWords(items), conditionWords(after)].filter((words) => words !== "").join(" → ");
}

function Wider({ wider: { role, state } }: { readonly wider: WiderAccess }): ReactNode {
  return (
    <span className="block text-muted text-xs">
      {state === "open" ? <Trans>All, by {role}</Trans> : <Trans>Some, by {role}</Trans>}
    </span>
  );
}
