import { useLingui } from "@lingui/react/macro";
import type { FlowNode } from "../draft/content.ts";
import { specOf } from "../draft/node-specs.ts";

/** What a type of nodes is called; one that this page does not know by its own name. */
export function useNodeTitle(): (node: Pick<FlowNode, "type">) => string {
  const { i18n } = useLingui();
  return (node) => {
    const spec = specOf(node);
    return spec ? i18n._(spec.title) : node.type;
  };
}
