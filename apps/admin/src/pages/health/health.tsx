import { Trans, useLingui } from "@lingui/react/macro";
import type { Diagnosis } from "@plinth/core";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { type Insights, useInsights } from "../../data/insights.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Bytes } from "../../ui/number-format.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { FindingRow } from "./finding-row.tsx";

/** What is wrong or dangerous, the worst first, and whether the background work keeps up. */
export default function Health(): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch, isFetching } = useApiGet<readonly Diagnosis[]>("doctor");
  const insights = useInsights();
  const { rights } = useWorkspace();
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Health`}
        description={t`What is wrong or dangerous, the worst first, with what to do about it.`}
        actions={
          <Button pending={isFetching} onClick={() => void refetch()}>
            <Trans>Check again</Trans>
          </Button>
        }
        className="pb-0"
      />
      <Card flush>
        {data.length === 0 ? (
          <EmptyState icon={<CircleCheck />} title={t`Nothing to complain about`}>
            <Trans>Settings, exposure, mail, keys and indexes were checked.</Trans>
          </EmptyState>
        ) : (
          <ul className="flex flex-col">
            {data.map((finding) => (
              <FindingRow key={`${finding.check} ${finding.subject}`} finding={finding} />
            ))}
          </ul>
        )}
      </Card>
      {insights.data ? <Work insights={insights.data} /> : <SkeletonLines />}
      {rights.server && (
        <Card title={t`Backups`}>
          <p className="max-w-prose text-sm">
            <Trans>
              Plinth makes no backups by itself. A backup is the database and the secret of the server, together: copy
              both each night, keep them elsewhere, and restore one now and then to see that it works. docs/operate.md
              has the commands.
            </Trans>
          </p>
        </Card>
      )}
    </div>
  );
}

function Work({ insights }: { readonly insights: Insights }): ReactNode {
  const { t } = useLingui();
  const { server, consumers, since } = insights;
  const facts = [
    { key: "since", label: t`Running since`, value: <Time value={since} /> },
    ...(server ? [{ key: "host", label: t`Runs on`, value: server.host }] : []),
    ...(server?.memory_bytes != null
      ? [{ key: "memory", label: t`Memory`, value: <Bytes value={server.memory_bytes} /> }]
      : []),
  ];
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title={t`This process`}>
        <KeyValueList items={facts} />
      </Card>
      <Card title={t`Background work`} description={t`Readers of the change log, and how far they are behind.`}>
        {consumers.length === 0 ? (
          <p className="text-muted text-sm">
            <Trans>Nothing reads the change log.</Trans>
          </p>
        ) : (
          <KeyValueList
            items={consumers.map(({ workspace, name, lag_changes, lag_seconds, held }) => ({
              key: `${workspace} ${name}`,
              label: name,
              value: (
                <span className="flex flex-wrap items-center gap-2">
                  {lag_changes === 0 ? t`current` : t`${lag_changes} changes, ${lag_seconds.toFixed(0)} s behind`}
                  {!held && lag_changes > 0 && (
                    <Badge tone="warning">
                      <Trans>nobody works on it</Trans>
                    </Badge>
                  )}
                </span>
              ),
            }))}
          />
        )}
      </Card>
    </div>
  );
}
