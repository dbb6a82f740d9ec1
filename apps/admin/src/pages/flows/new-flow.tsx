import { Trans, useLingui } from "@lingui/react/macro";
import type { StoredFlow } from "@plinth/client/flows";
import { type ReactNode, useMemo, useState } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { useGo } from "../../app/links.ts";
import { useSearchState } from "../../app/search-state.ts";
import { useCollections } from "../../data/collections.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toast } from "../../ui/toast.ts";
import { DeployBar } from "./deploy-bar.tsx";
import { type FlowDraft, useFlowDraft } from "./draft/use-flow-draft.ts";
import { FLOW_TEMPLATES, type FlowTemplate, templateOf } from "./templates.ts";
import { DRAFT_TABS, useDraftTabs } from "./use-draft-tabs.tsx";

const address = z.object({
  template: z.string().optional(),
  tab: z.enum(DRAFT_TABS).optional(),
  node: z.string().optional(),
});

const NAME = /^[a-z][a-z0-9-]{0,59}$/;

/** A flow before its first deployment: nothing starts it until then. */
export default function NewFlowPage(): ReactNode {
  const { t, i18n } = useLingui();
  const [{ template }, setAddress] = useSearchState(address);
  const chosen = templateOf(template);
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <DetailHead
        above={[{ path: "flows", title: <Trans>Flows</Trans> }]}
        title={t`New flow`}
        description={t`Nothing runs before you deploy it. It may do nothing but what you declare.`}
      />
      <div className="max-w-4xl">
        <Field label={t`Begin with`}>
          <RadioGroup
            boxed
            value={chosen.id}
            onValueChange={(id) => setAddress({ template: id, node: undefined }, { replace: true })}
            options={FLOW_TEMPLATES.map(({ id, title, says }) => ({
              value: id,
              label: i18n._(title),
              description: i18n._(says),
            }))}
          />
        </Field>
      </div>
      <NewFlow key={chosen.id} template={chosen} />
    </div>
  );
}

function NewFlow({ template }: { readonly template: FlowTemplate }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [{ tab = "nodes", node }, setAddress] = useSearchState(address);
  const [name, setName] = useState(template.name);
  const { data: collections } = useCollections();
  const initial = useMemo(() => {
    const own = collections?.find(({ system }) => !system);
    return template.content(own?.slug ?? "orders");
  }, [template, collections]);
  const { data: flows = [] } = useApiGet<readonly StoredFlow[]>("flows");
  const isTaken = flows.some((flow) => flow.name === name);
  const problem = NAME.test(name)
    ? isTaken
      ? t`There is a flow with this name.`
      : undefined
    : t`Begin with a letter, and use a-z, 0-9 and -.`;
  const stored = useFlowDraft({
    name,
    stored: undefined,
    initial,
    onDeployed: (flow) => {
      toast.success(t`The flow is deployed`);
      go(`flows/${flow.name}`);
    },
  });
  const refused = stored.problem?.field === "name" ? stored.problem.message : problem;
  const draft: FlowDraft = {
    ...stored,
    async deploy() {
      if (problem === undefined) await stored.deploy();
    },
  };
  const onNode = (id: string | undefined) => setAddress({ node: id }, { replace: true });
  const tabs = useDraftTabs({ draft, name, secrets: [], node, onNode });
  return (
    <>
      <Field label={t`Name`} required error={refused} className="max-w-80">
        <Input value={name} onChange={({ target }) => setName(target.value)} spellCheck={false} className="font-mono" />
      </Field>
      <DeployBar
        draft={draft}
        isNew
        onShow={(next, id) => setAddress({ tab: next === "nodes" ? undefined : (next as typeof tab), node: id })}
      />
      <Tabs
        label={t`Parts of the flow`}
        value={tab}
        onValueChange={(next) => setAddress({ tab: next === "nodes" ? undefined : next })}
        items={tabs}
      />
    </>
  );
}
