import { Trans, useLingui } from "@lingui/react/macro";
import type { ChangingRequest, UndoResult } from "@plinth/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { apiKey, useApiList } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { SingleActorName } from "../../app/single-actor-name.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Time } from "../../ui/time.tsx";
import { ConflictList } from "../../undo/conflict-list.tsx";
import { UndoSummary } from "../../undo/undo-summary.tsx";
import { RequestChanges } from "./request-changes.tsx";
import { RequestCounts } from "./request-counts.tsx";

/** What a request has changed; for those who may, what taking it back would do, and the button that does it. */
export default function ChangeDetail(): ReactNode {
  const { t } = useLingui();
  const { request = "" } = useParams({ strict: false }) as { request?: string };
  const { rights } = useWorkspace();
  return (
    <div className="flex max-w-3xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="changes" path="changes">
                <Trans>Change log</Trans>
              </PageLink>,
              request.slice(-12),
            ]}
          />
        }
        title={t`Changes of a request`}
        description={<RequestHead request={request} />}
        className="pb-0"
      />
      {/* What was done to one request says nothing about the next. */}
      {rights.undo && <UndoOf key={request} request={request} />}
      <RequestChanges request={request} />
    </div>
  );
}

function UndoOf({ request }: { readonly request: string }): ReactNode {
  const { t } = useLingui();
  const { slug, client } = useWorkspace();
  const plan = useQuery({
    queryKey: apiKey(slug, `changes/plan/${request}`),
    queryFn: ({ signal }) => client.changes.undo(request, { dry_run: true, on_conflict: "skip", signal }),
    gcTime: 0,
  });
  const undo = useUndoing(request);
  if (plan.error) return <PageFailure error={plan.error} reset={() => void plan.refetch()} />;
  if (plan.isPending) return <PagePending />;
  const { conflicts, conflicts_total: conflictCount } = plan.data;
  const open = plan.data.deleted + plan.data.changed + plan.data.restored;
  return (
    <>
      {undo.error !== undefined && <ErrorState inline error={undo.error} />}
      {undo.done ? (
        <Outcome done={undo.done} />
      ) : (
        <Card title={t`Take these changes back`} description={t`What would happen:`}>
          <div className="flex flex-col gap-4">
            {open > 0 ? (
              <UndoSummary of={plan.data} />
            ) : (
              <p>
                <Trans>There is nothing to take back: the items are as they were before, or have changed since.</Trans>
              </p>
            )}
            {conflictCount > 0 && <ConflictList conflicts={conflicts} total={conflictCount} />}
            {undo.progress && (
              <Progress label={t`Undoing`} value={undo.progress.done} max={Math.max(undo.progress.total, 1)} />
            )}
            {open > 0 && (
              <div>
                <Button
                  variant="primary"
                  icon={<Undo2 aria-hidden />}
                  pending={undo.isRunning}
                  onClick={() => void undo.run(conflictCount > 0)}
                >
                  {conflictCount > 0 ? t`Undo the others` : t`Undo`}
                </Button>
              </div>
            )}
          </div>
        </Card>
      )}
    </>
  );
}

/** Who has sent it, when, and how much it has changed. */
function RequestHead({ request }: { readonly request: string }): ReactNode {
  const { rows } = useApiList<ChangingRequest>("changes/requests", { request_id: request, limit: 1 });
  const [found] = rows;
  if (!found) return null;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <RequestCounts of={found.changes} />
      <span>
        <SingleActorName actor={found.actor} name={found.actor_name} />
      </span>
      <Time absolute value={found.to} />
    </span>
  );
}

function useUndoing(request: string) {
  const { slug, client } = useWorkspace();
  const queries = useQueryClient();
  const [state, setState] = useState<{
    readonly isRunning?: boolean;
    readonly error?: unknown;
    readonly done?: UndoResult;
    readonly progress?: { readonly done: number; readonly total: number };
  }>({});
  const run = async (skipConflicts: boolean) => {
    setState({ isRunning: true });
    try {
      const done = await client.changes.undo(request, {
        on_conflict: skipConflicts ? "skip" : "refuse",
        onProgress: ({ deleted, changed, restored, total }) =>
          setState({ isRunning: true, progress: { done: deleted + changed + restored, total } }),
      });
      setState({ done });
    } catch (error) {
      setState({ error });
    }
    for (const path of ["items", "changes"]) await queries.invalidateQueries({ queryKey: apiKey(slug, path) });
  };
  return { ...state, run };
}

function Outcome({ done }: { readonly done: UndoResult }): ReactNode {
  const { t } = useLingui();
  const isWritten = done.deleted + done.changed + done.restored > 0;
  return (
    <Card title={done.stopped ? t`Undone in part` : t`Undone`}>
      <div role="status" className="flex flex-col gap-4">
        {done.stopped && <p>{done.stopped.message}</p>}
        <UndoSummary of={done} />
        {done.conflicts_total > 0 && <ConflictList conflicts={done.conflicts} total={done.conflicts_total} />}
        {isWritten && done.request_id !== null && (
          <p>
            <PageLink path={`changes/${done.request_id}`} className="underline">
              <Trans>Take the undo back</Trans>
            </PageLink>
          </p>
        )}
      </div>
    </Card>
  );
}
