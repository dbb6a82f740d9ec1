import { useLingui } from "@lingui/react/macro";
import type { TabsProps } from "../../ui/tabs.tsx";
import type { FlowDraft } from "./draft/use-flow-draft.ts";
import { JsonTab } from "./json-tab.tsx";
import { NodesTab } from "./nodes-tab.tsx";
import { RightsTab } from "./rights-tab.tsx";
import { TriggersTab } from "./triggers/triggers-tab.tsx";

export const DRAFT_TABS = ["nodes", "triggers", "rights", "json"] as const;

interface DraftTabs {
  readonly draft: FlowDraft;
  /** Of the flow. */
  readonly name: string;
  readonly secrets: readonly string[];
  /** The id of the node that is open. */
  readonly node: string | undefined;
  readonly onNode: (id: string | undefined) => void;
}

/** The tabs on which a flow is changed, deployed or not. */
export function useDraftTabs(props: DraftTabs): TabsProps<(typeof DRAFT_TABS)[number]>["items"] {
  const { t } = useLingui();
  const { draft, name, secrets, node, onNode } = props;
  return [
    { value: "nodes", label: t`Nodes`, content: <NodesTab draft={draft} selected={node} onSelect={onNode} /> },
    { value: "triggers", label: t`Triggers`, content: <TriggersTab draft={draft} name={name} secrets={secrets} /> },
    { value: "rights", label: t`Rights`, content: <RightsTab draft={draft} /> },
    { value: "json", label: "JSON", content: <JsonTab draft={draft} /> },
  ];
}
