import { useLingui } from "@lingui/react/macro";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { DropdownMenu } from "../../../ui/dropdown-menu.tsx";
import { NODE_SPECS } from "../draft/node-specs.ts";
import { NodeIcon } from "./node-icon.tsx";

/** Types by what they do. */
const GROUPS = [
  ["item", "http", "mail", "function", "ai"],
  ["condition", "branch", "loop", "parallel", "wait", "approval", "event"],
  ["set", "fail"],
] as const;

/** Chooses the type of a new node. */
export function AddNode({ onAdd }: { readonly onAdd: (type: string) => void }): ReactNode {
  const { t, i18n } = useLingui();
  const names = [t`Do something`, t`Decide and wait`, t`Others`];
  const entries = GROUPS.flatMap((types, i) => [
    { heading: names[i]! },
    ...types.map((type) => ({
      label: i18n._(NODE_SPECS[type]!.title),
      icon: <NodeIcon type={type} />,
      onSelect: () => onAdd(type),
    })),
  ]);
  return (
    <DropdownMenu
      align="center"
      entries={entries}
      trigger={
        <button
          type="button"
          aria-label={t`Add a node here`}
          title={t`Add a node here`}
          className="flex size-6 items-center justify-center rounded-full border border-line-strong/60 bg-surface text-muted hover:bg-hover hover:text-ink pointer-coarse:size-11"
        >
          <Plus aria-hidden className="size-4" />
        </button>
      }
    />
  );
}
