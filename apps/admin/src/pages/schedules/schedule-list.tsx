import { Trans, useLingui } from "@lingui/react/macro";
import type { Schedule } from "@plinth/client/schedules";
import { CalendarClock } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { CreateButton, ListPage, nameColumn } from "../../app/list-page.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { WhenText } from "../../triggers/when-text.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Time } from "../../ui/time.tsx";

/** Work that starts by itself. */
export default function ScheduleList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const schedules = useApiList<Schedule>("schedules");
  const columns = useMemo<readonly DataColumn<Schedule>[]>(
    () => [
      nameColumn(t`Name`, ({ id }) => `schedules/${id}`),
      { id: "when", header: t`When`, cell: ({ when }) => <WhenText when={when} /> },
      { id: "job", header: t`Job`, cell: ({ job }) => job.name || job.kind },
      {
        id: "next_at",
        header: t`Next time`,
        cell: ({ enabled, next_at }) =>
          enabled ? next_at === null ? "–" : <Time value={next_at} /> : <Badge>{t`Paused`}</Badge>,
      },
      {
        id: "last",
        header: t`Last time`,
        cell: ({ last_firings: [last] }) => (last ? <Time value={last.fired_at} /> : "–"),
      },
    ],
    [t],
  );
  const create = (
    <CreateButton path="schedules/new">
      <Trans>New schedule</Trans>
    </CreateButton>
  );
  return (
    <ListPage
      title={t`Schedules`}
      description={t`Jobs that start by themselves: at times, when items change, or on a date of an item.`}
      actions={create}
    >
      <PagedTable
        label={t`Schedules`}
        list={schedules}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => go(`schedules/${id}`)}
        empty={
          <EmptyState icon={<CalendarClock />} title={t`No schedules yet`} actions={create}>
            <Trans>Such as a report each morning, or a reminder three days before a date.</Trans>
          </EmptyState>
        }
      />
    </ListPage>
  );
}
