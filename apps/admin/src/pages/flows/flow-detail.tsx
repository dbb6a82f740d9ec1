import { useLingui } from "@lingui/react/macro";
import type { WholeFlow } from "@plinth/client/flows";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useFunctionNames } from "../../deployed/job-name-field.tsx";
import { SecretList } from "../../deployed/secret-list.tsx";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toast } from "../../ui/toast.ts";
import { DeployBar } from "./deploy-bar.tsx";
import { contentOf } from "./draft/content.ts";
import { useFlowDraft } from "./draft/use-flow-draft.ts";
import { FlowHead } from "./flow-head.tsx";
import { FlowVersions } from "./flow-versions.tsx";
import { FlowRunList } from "./runs/flow-run-list.tsx";
import { DRAFT_TABS, useDraftTabs } from "./use-draft-tabs.tsx";

const address = z.object({
  tab: z.enum([...DRAFT_TABS, "runs", "versions", "secrets"]).optional(),
  /** The id of the node that is open. */
  node: z.string().optional(),
});

/** One flow: what it does, what starts it, what it may do, its runs, versions and secrets. */
export default function FlowDetail(): ReactNode {
  const { name = "" } = useParams({ strict: false }) as { name?: string };
  const { data, error, refetch } = useApiGet<WholeFlow>(`flows/${name}`);
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  return <FlowView key={name} stored={data} />;
}

/** Functions that it runs, and that are not there any more. */
function MissingFunctions({ stored: { permissions } }: { readonly stored: WholeFlow }): ReactNode {
  const names = useFunctionNames();
  const missing = names === undefined ? [] : permissions.functions.filter((name) => !names.includes(name));
  return missing.map((name) => <FailureNotice key={name} text={`There is no function named ${name}.`} />);
}

function FlowView({ stored }: { readonly stored: WholeFlow }): ReactNode {
  const { t } = useLingui();
  const [{ tab = "nodes", node }, setAddress] = useSearchState(address);
  const { name, secrets } = stored;
  const draft = useFlowDraft({
    name,
    stored,
    initial: contentOf(stored),
    onDeployed: ({ version }) => void toast.success(t`Version ${version} counts for new runs`),
  });
  const onNode = (id: string | undefined) => setAddress({ node: id }, { replace: true });
  const tabs = useDraftTabs({ draft, name, secrets, node, onNode });
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <FlowHead stored={stored} isDirty={draft.isDirty} />
      <MissingFunctions stored={stored} />
      <DeployBar
        draft={draft}
        onShow={(next, id) => setAddress({ tab: next === "nodes" ? undefined : next, node: id })}
      />
      <Tabs
        label={t`Parts of the flow`}
        value={tab}
        onValueChange={(next) => setAddress({ tab: next === "nodes" ? undefined : next })}
        items={[
          ...tabs,
          { value: "runs", label: t`Runs`, content: <FlowRunList name={name} /> },
          { value: "versions", label: t`Versions`, content: <FlowVersions stored={stored} /> },
          {
            value: "secrets",
            label: t`Secrets`,
            content: (
              <SecretList
                path={`flows/${name}/secrets`}
                changes={["flows"]}
                secrets={secrets}
                afterDeletion={t`Nodes that name it fail from now on. This cannot be undone.`}
                empty={t`Nodes of the type http name them in their headers as secrets.NAME. They are stored encrypted, and never shown.`}
              />
            ),
          },
        ]}
      />
    </div>
  );
}
