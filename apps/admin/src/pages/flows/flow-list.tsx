import { Trans, useLingui } from "@lingui/react/macro";
import type { FlowRun, StoredFlow } from "@plinth/client/flows";
import { Play, Workflow } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useApiGet, useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { CreateButton, ListPage, nameColumn } from "../../app/list-page.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { EnabledSwitch } from "./enabled-switch.tsx";
import { LastRun } from "./last-run.tsx";
import { RunFlowDialog } from "./run-flow-dialog.tsx";
import { FLOW_TEMPLATES } from "./templates.ts";
import { TriggerWords } from "./triggers/trigger-words.tsx";

/** Milliseconds. */
const EVERY = 5000;
/** Runs that are read for all flows at once. */
const RECENT = 100;

/** The flows of the workspace. */
export default function FlowList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [started, setStarted] = useState<string>();
  const { data, error, refetch } = useApiGet<readonly StoredFlow[]>("flows");
  const recent = useApiList<FlowRun>("flow-runs", { limit: RECENT }, { every: EVERY });
  const columns = useMemo<readonly DataColumn<StoredFlow>[]>(
    () => [
      nameColumn(t`Name`, ({ name }) => `flows/${name}`),
      { id: "enabled", header: t`State`, cell: (flow) => <EnabledSwitch flow={flow} /> },
      {
        id: "triggers",
        header: t`Starts`,
        cell: ({ triggers }) =>
          triggers.length === 0 ? (
            "–"
          ) : (
            <span className="flex flex-col text-sm">
              {triggers.map((trigger, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a trigger is known by its place alone
                <span key={i}>
                  <TriggerWords trigger={trigger} />
                </span>
              ))}
            </span>
          ),
      },
      { id: "last", header: t`Last run`, cell: ({ name }) => <LastRun flow={name} recent={recent} /> },
      { id: "version", header: t`Version`, align: "end", cell: ({ version }) => version },
    ],
    [t, recent],
  );
  return (
    <ListPage
      title={t`Flows`}
      description={t`Several steps, one after the other: each is tried again until it is done, and waits cost nothing.`}
      actions={
        <CreateButton path="flows/new">
          <Trans>New flow</Trans>
        </CreateButton>
      }
    >
      <DataTable
        label={t`Flows`}
        rows={data}
        error={error}
        onRetry={() => void refetch()}
        columns={columns}
        rowId={({ name }) => name}
        onOpen={({ name }) => go(`flows/${name}`)}
        actions={({ name, enabled, triggers }) =>
          enabled && triggers.some(({ type }) => type === "manual")
            ? [{ label: t`Run now`, icon: <Play aria-hidden />, onSelect: () => setStarted(name) }]
            : []
        }
        empty={<NoFlows />}
      />
      {started !== undefined && <RunFlowDialog name={started} onClose={() => setStarted(undefined)} />}
    </ListPage>
  );
}

/** What a flow is for, with some to begin with. */
function NoFlows(): ReactNode {
  const { t, i18n } = useLingui();
  return (
    <EmptyState icon={<Workflow />} title={t`No flows yet`}>
      <Trans>An order is stored, paid and approved, and its receipt mailed. Begin with one of these:</Trans>
      <ul className="grid gap-3 pt-4 text-left sm:min-w-[36rem] sm:grid-cols-3">
        {FLOW_TEMPLATES.map(({ id, title, says }) => (
          <li key={id} className="flex">
            <PageLink
              path="flows/new"
              search={{ template: id }}
              className="flex flex-1 flex-col gap-1 rounded-lg border border-line-strong/60 bg-surface p-3 hover:bg-hover"
            >
              <span className="font-medium text-ink">{i18n._(title)}</span>
              <span className="text-xs">{i18n._(says)}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}
