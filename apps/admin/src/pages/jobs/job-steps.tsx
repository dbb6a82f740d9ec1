import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Time } from "../../ui/time.tsx";

/** A step whose result is kept: no other attempt runs it again. */
interface KeptStep {
  readonly name: string;
  readonly result: unknown;
  readonly created_at: string;
}

interface JobStepsProps {
  /** Of the job. */
  readonly id: string;
  /** Milliseconds between two reads. */
  readonly every: number;
}

/** What the job has done so far, in its order; nothing for a job without steps. */
export function JobSteps({ id, every }: JobStepsProps): ReactNode {
  const { t } = useLingui();
  const steps = useApiList<KeptStep>(`jobs/${id}/steps`, {}, { every });
  const columns = useMemo<readonly DataColumn<KeptStep>[]>(
    () => [
      { id: "name", header: t`Step`, primary: true, cell: ({ name }) => name },
      {
        id: "result",
        header: t`Result`,
        cell: ({ result }) => <code className="line-clamp-3 break-all">{JSON.stringify(result)}</code>,
      },
      { id: "created_at", header: t`Done`, cell: ({ created_at }) => <Time value={created_at} /> },
    ],
    [t],
  );
  if (steps.error === null && steps.rows.length === 0) return null;
  return (
    <section aria-label={t`Steps`} className="flex flex-col gap-2">
      <h2 className="font-medium">{t`Steps`}</h2>
      <PagedTable
        label={t`Steps`}
        list={steps}
        columns={columns}
        rowId={({ name }) => name}
        empty={<EmptyState title={t`No steps`} />}
      />
    </section>
  );
}
