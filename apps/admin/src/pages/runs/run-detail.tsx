import { Trans, useLingui } from "@lingui/react/macro";
import type { WholeRun } from "@plinth/client/runs";
import { useParams } from "@tanstack/react-router";
import { FlaskConical, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { type Fact, FactCard, FactCode, FactLink, FactParty, ValueSections } from "../../app/fact-card.tsx";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { Button } from "../../ui/button.tsx";
import { formatDuration } from "../../ui/format.ts";
import { Time } from "../../ui/time.tsx";
import { RunLogs } from "./run-logs.tsx";
import { RunSpans } from "./run-spans.tsx";
import { targetPath } from "./run-target.ts";
import { RunState, useKindNames, useTriggerNames } from "./run-words.tsx";
import { useRunAgain } from "./use-run-again.ts";

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
      {message !== undefined && <FailureNotice text={message} />}
      <RunFacts run={run} />
      <RunSpans run={run} />
      <RunLogs run={run} />
      <RunValues run={run} />
    </div>
  );
}

interface RunProps {
  readonly run: WholeRun;
}

function RunHead({ run }: RunProps): ReactNode {
  const go = useGo();
  const { isPending, canRunAgain, runAgain } = useRunAgain();
  const isCalled = run.kind === "function" && !canRunAgain(run);
  return (
    <DetailHead
      above={[{ path: "runs", title: <Trans>Runs</Trans> }]}
      title={run.name}
      actions={
        canRunAgain(run) ? (
          <Button icon={<RotateCw aria-hidden />} pending={isPending} onClick={() => void runAgain(run)}>
            <Trans>Run again</Trans>
          </Button>
        ) : (
          // What a request has sent is not kept.
          isCalled && (
            <Button icon={<FlaskConical aria-hidden />} onClick={() => go(`functions/${run.name}`, { tab: "try" })}>
              <Trans>Call the function</Trans>
            </Button>
          )
        )
      }
    />
  );
}

function RunFacts({ run }: RunProps): ReactNode {
  const { t, i18n } = useLingui();
  const kinds = useKindNames();
  const triggers = useTriggerNames();
  const filtered = (name: string, value: string) => (
    <FactLink path="runs" search={{ [name]: value }}>
      {value}
    </FactLink>
  );
  const facts: Fact[] = [
    [t`State`, <RunState key="state" status={run.status} />],
    [t`Kind`, <RunTarget key="kind" run={run} label={kinds[run.kind]} />],
    [t`Started by`, triggers[run.trigger]],
    [t`Begun`, <Time key="begun" absolute value={run.started_at} />],
  ];
  if (run.ms !== null) facts.push([t`Took`, formatDuration(run.ms, i18n.locale)]);
  if (run.version !== null) facts.push([t`Version`, run.version]);
  if (run.job_id !== null)
    facts.push([
      t`Job`,
      <FactLink key="job" path={`jobs/${run.job_id}`}>
        {run.job_id}
      </FactLink>,
    ]);
  if (run.item !== null) facts.push([t`Item`, <ItemLink key="item" run={run} />]);
  if (run.actor !== null) facts.push([t`Caused by`, <FactParty key="actor" name={run.actor} />]);
  if (run.request_id !== null) facts.push([t`Request`, filtered("request", run.request_id)]);
  facts.push([t`Trace`, filtered("trace", run.trace_id)], ["id", <FactCode key="id">{run.id}</FactCode>]);
  return <FactCard facts={facts} />;
}

/** To what has run. */
function RunTarget({ run, label }: RunProps & { readonly label: string }): ReactNode {
  const path = targetPath(run);
  if (path === undefined) return label;
  return (
    <FactLink path={path}>
      {label} · {run.name}
    </FactLink>
  );
}

function ItemLink({ run: { item, attributes } }: RunProps): ReactNode {
  const event = attributes["webhook.event"];
  const collection = typeof event === "string" ? event.slice(0, event.lastIndexOf(".")) : "";
  if (collection === "") return <FactCode>{item!}</FactCode>;
  return <FactLink path={`collections/${collection}/items/${item}`}>{item}</FactLink>;
}

function RunValues({ run: { attributes, error } }: RunProps): ReactNode {
  const { t } = useLingui();
  return (
    <ValueSections
      values={[
        [t`Error`, error],
        [t`Attributes`, Object.keys(attributes).length > 0 ? attributes : null],
      ]}
    />
  );
}
