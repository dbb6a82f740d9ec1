import { Trans, useLingui } from "@lingui/react/macro";
import type { WholeRun } from "@plinth/client/runs";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { SingleActorName } from "../../app/single-actor-name.tsx";
import { Card } from "../../ui/card.tsx";
import { formatDuration } from "../../ui/format.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Time } from "../../ui/time.tsx";
import { RunLogs } from "./run-logs.tsx";
import { RunSpans } from "./run-spans.tsx";
import { RunState, useKindNames, useTriggerNames } from "./run-words.tsx";

/** Milliseconds. */
const EVERY = 2000;

/** One run: what it was, what its parts took, what it wrote, and why it has failed. */
export default function RunDetail(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { data: run, error, refetch } = useApiGet<WholeRun>(`runs/${id}`, undefined, { every: EVERY });
  if (error && !run) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!run) return <PagePending />;
  const message = run.error?.message;
  return (
    <div className="flex max-w-5xl flex-col gap-4 p-4 lg:p-6">
      <RunHead run={run} />
      {message !== undefined && (
        <p role="status" className="break-words rounded-lg border bg-danger-soft p-3 text-danger-ink text-sm">
          {message}
        </p>
      )}
      <RunFacts run={run} />
      <RunSpans run={run} />
      <RunLogs run={run} />
      <RunValues run={run} />
    </div>
  );
}

function RunHead({ run }: { readonly run: WholeRun }): ReactNode {
  return <DetailHead above={[{ path: "runs", title: <Trans>Runs</Trans> }]} title={run.name} />;
}

function RunFacts({ run }: { readonly run: WholeRun }): ReactNode {
  const { t, i18n } = useLingui();
  const kinds = useKindNames();
  const triggers = useTriggerNames();
  const code = (value: string) => <code className="break-all">{value}</code>;
  const filtered = (name: string, value: string) => (
    <PageLink path="runs" search={{ [name]: value }} className="break-all hover:underline">
      {value}
    </PageLink>
  );
  const facts: [string, ReactNode][] = [
    [t`State`, <RunState key="state" status={run.status} />],
    [t`Kind`, <RunTarget key="kind" run={run} label={kinds[run.kind]} />],
    [t`Started by`, triggers[run.trigger]],
    [t`Begun`, <Time key="begun" absolute value={run.started_at} />],
  ];
  if (run.ms !== null) facts.push([t`Took`, formatDuration(run.ms, i18n.locale)]);
  if (run.version !== null) facts.push([t`Version`, run.version]);
  if (run.job_id !== null) facts.push([t`Job`, <JobLink key="job" id={run.job_id} />]);
  if (run.item !== null) facts.push([t`Item`, <ItemLink key="item" run={run} />]);
  if (run.actor !== null) facts.push([t`Caused by`, <SingleActorName key="actor" actor={run.actor} />]);
  if (run.request_id !== null) facts.push([t`Request`, filtered("request", run.request_id)]);
  facts.push([t`Trace`, filtered("trace", run.trace_id)], ["id", code(run.id)]);
  return (
    <Card>
      <KeyValueList items={facts.map(([label, value]) => ({ key: label, label, value }))} />
    </Card>
  );
}

function JobLink({ id }: { readonly id: string }): ReactNode {
  return (
    <PageLink path={`jobs/${id}`} className="break-all hover:underline">
      {id}
    </PageLink>
  );
}

/** To the function or the webhook. */
function RunTarget({ run, label }: { readonly run: WholeRun; readonly label: string }): ReactNode {
  const { kind, name, attributes } = run;
  const webhook = attributes["webhook.id"];
  const path =
    kind === "function" ? `functions/${name}` : typeof webhook === "string" ? `webhooks/${webhook}` : undefined;
  if (path === undefined) return label;
  return (
    <PageLink path={path} className="hover:underline">
      {label} · {name}
    </PageLink>
  );
}

function ItemLink({ run: { item, attributes } }: { readonly run: WholeRun }): ReactNode {
  const event = attributes["webhook.event"];
  const collection = typeof event === "string" ? event.slice(0, event.lastIndexOf(".")) : "";
  if (collection === "") return <code className="break-all">{item}</code>;
  return (
    <PageLink path={`collections/${collection}/items/${item}`} className="break-all hover:underline">
      {item}
    </PageLink>
  );
}

function RunValues({ run: { attributes, error } }: { readonly run: WholeRun }): ReactNode {
  const { t } = useLingui();
  const values: [string, unknown][] = [];
  if (error) values.push([t`Error`, error]);
  if (Object.keys(attributes).length > 0) values.push([t`Attributes`, attributes]);
  return values.map(([label, value]) => (
    <section key={label} className="flex flex-col gap-2">
      <h2 className="font-medium">{label}</h2>
      <JsonView value={value} depth={3} label={label} />
    </section>
  ));
}
