import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { FlowNode } from "../draft/content.ts";
import type { Lane } from "../draft/tree.ts";

interface LaneLabelProps {
  readonly node: FlowNode;
  readonly lane: Lane;
}

/** When a flow goes along a list of a node. */
export function LaneLabel({ node, lane }: LaneLabelProps): ReactNode {
  return (
    <span className="my-1 max-w-60 self-start truncate rounded-full border bg-surface px-2 text-muted text-xs sm:my-0 sm:self-center">
      {useLaneWords(node, lane)}
    </span>
  );
}

function useLaneWords(node: FlowNode, { path, is }: Lane): string {
  const { t } = useLingui();
  const [key, index] = path;
  if (node.type === "condition") return key === "do" ? t`Yes` : t`No`;
  if (node.type === "branch") return key === "else" ? t`Otherwise` : valuesText(is);
  if (node.type === "loop") return t`For each ${String(node.as)}`;
  if (node.type === "parallel") return t`List ${Number(index) + 1}`;
  return path.join(".");
}

const valuesText = (is: unknown): string =>
  Array.isArray(is) ? is.map((one) => JSON.stringify(one)).join(", ") : (JSON.stringify(is) ?? "–");
