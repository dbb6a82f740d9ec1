import { Plural, useLingui } from "@lingui/react/macro";
import type { WholeFlow } from "@plinth/client/flows";
import { GitCompare } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { VersionTable } from "../../deployed/version-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { DiffView } from "../../ui/diff-view.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { contentOf, type FlowDraftContent } from "./draft/content.ts";
import { placedNodes } from "./draft/tree.ts";

interface FlowVersion extends FlowDraftContent {
  readonly version: number;
  readonly active: boolean;
  readonly created_at: string;
}

/** The versions of a flow; new runs can follow each again. */
export function FlowVersions({ stored }: { readonly stored: WholeFlow }): ReactNode {
  const { t } = useLingui();
  const [compared, setCompared] = useState<FlowVersion>();
  const columns = useMemo<readonly DataColumn<FlowVersion>[]>(
    () => [
      {
        id: "nodes",
        header: t`Nodes`,
        cell: ({ nodes }) => <Plural value={placedNodes(nodes).length} one="# node" other="# nodes" />,
      },
      {
        id: "triggers",
        header: t`Triggers`,
        cell: ({ triggers }) => triggers.map(({ type }) => type).join(", ") || "–",
      },
      { id: "as", header: t`Acts as`, cell: ({ permissions }) => <code>{permissions.as ?? "–"}</code> },
    ],
    [t],
  );
  return (
    <>
      <VersionTable
        path={`flows/${stored.name}`}
        changes={["flows"]}
        columns={columns}
        words={{
          active: t`Counts`,
          action: t`Let new runs follow it`,
          question: (version) => t`Let new runs follow version ${version}?`,
          done: (version) => t`Version ${version} counts for new runs`,
        }}
        consequence={() =>
          t`Its triggers and rights count at once, too. Runs that have begun follow their own version.`
        }
        actions={(version) =>
          version.active
            ? []
            : [
                {
                  label: t`Compare with the one that counts`,
                  icon: <GitCompare aria-hidden />,
                  onSelect: () => setCompared(version),
                },
              ]
        }
      />
      {compared && (
        <Sheet
          open
          size="xl"
          onOpenChange={(open) => !open && setCompared(undefined)}
          title={t`Version ${compared.version} beside ${stored.version}`}
        >
          <DiffView before={partsOf(compared)} after={partsOf(contentOf(stored))} />
        </Sheet>
      )}
    </>
  );
}

/** By nodes, so that a changed one stands alone. */
function partsOf({ description, triggers, permissions, nodes }: FlowDraftContent): Record<string, unknown> {
  const each = nodes.map((node) => [`nodes.${node.id}`, node] as const);
  return { description, triggers, permissions, ...Object.fromEntries(each) };
}
