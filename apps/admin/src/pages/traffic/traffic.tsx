import { Trans, useLingui } from "@lingui/react/macro";
import { Activity } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { type Insights, useInsights } from "../../data/insights.ts";
import { Card } from "../../ui/card.tsx";
import { LineChart } from "../../ui/chart.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatDuration } from "../../ui/format.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Select } from "../../ui/select.tsx";
import { Time } from "../../ui/time.tsx";
import { ErrorList, RefusalList } from "./failures.tsx";
import { GroupTable } from "./group-table.tsx";

const address = z.object({ group: z.string().optional() });

/** For `Select`, which has no empty value. */
const ALL = "*";

/** What this server has answered within the last hour. */
export default function TrafficPage(): ReactNode {
  const { t } = useLingui();
  const [{ group }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useInsights(group);
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  const groups = data.groups.map((one) => one.group);
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Traffic`}
        description={
          data.of === "server"
            ? t`Requests of the last hour to this process, of all workspaces.`
            : t`Requests of the last hour to this process, in this workspace.`
        }
        aside={
          <span className="text-muted text-sm">
            <Trans>
              counted since <Time value={data.since} />
            </Trans>
          </span>
        }
        actions={
          <Select
            aria-label={t`Routes`}
            value={group ?? ALL}
            onValueChange={(next) => setAddress({ group: next === ALL ? undefined : next })}
            options={[
              { value: ALL, label: t`All routes` },
              ...[...new Set([...groups, ...(group ? [group] : [])])].map((value) => ({ value, label: value })),
            ]}
          />
        }
        className="pb-0"
      />
      <Minutes insights={data} />
      <Card title={t`By routes`} flush>
        <GroupTable groups={data.groups} />
      </Card>
      <ErrorList errors={data.errors} />
      <RefusalList refusals={data.refusals} />
    </div>
  );
}

function Minutes({ insights: { minutes } }: { readonly insights: Insights }): ReactNode {
  const { t, i18n } = useLingui();
  const rows = useMemo(
    () =>
      minutes.map(({ at, requests, statuses, p50_ms, p95_ms }) => ({
        x: at,
        values: { requests, failed: statuses["5xx"], refused: statuses["4xx"], p50: p50_ms, p95: p95_ms },
      })),
    [minutes],
  );
  if (minutes.every(({ requests }) => requests === 0))
    return (
      <Card>
        <EmptyState icon={<Activity />} title={t`No requests yet`}>
          <Trans>As soon as a program calls the API, you see it here, minute by minute.</Trans>
        </EmptyState>
      </Card>
    );
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <Card title={t`Requests a minute`}>
        <LineChart
          label={t`Requests a minute`}
          rows={rows}
          series={[
            { key: "requests", label: t`All` },
            { key: "refused", label: t`Refused (4xx)` },
            { key: "failed", label: t`Failed (5xx)` },
          ]}
        />
      </Card>
      <Card title={t`Time until the answer begins`}>
        <LineChart
          label={t`Milliseconds`}
          rows={rows}
          series={[
            { key: "p50", label: t`Half of the requests` },
            { key: "p95", label: t`95% of the requests` },
          ]}
          format={(ms) => formatDuration(ms, i18n.locale)}
        />
      </Card>
    </div>
  );
}
