import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Archive, MapPinOff, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { apiOf } from "../api/api.ts";
import { clientOf } from "../api/client.ts";
import { meQuery, type WorkspaceSummary, workspacesQuery } from "../api/workspace.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Time } from "../ui/time.tsx";
import { hrefIn } from "./links.ts";
import { PageFailure } from "./page-failure.tsx";
import { PagePending } from "./page-pending.tsx";
import { SignIn } from "./sign-in.tsx";
import { StepUpHost } from "./step-up-host.tsx";

interface Closed extends WorkspaceSummary {
  /** When its data are deleted for good. */
  readonly purge_at: string | null;
}

interface ClosedWorkspaceProps {
  readonly slug: string;
  readonly error: Error;
  readonly onRetry: () => void;
}

/** In place of a workspace that cannot be opened: the reason, and what the user can do. */
export default function ClosedWorkspace({ slug, error, onRetry }: ClosedWorkspaceProps): ReactNode {
  const isClosed =
    error instanceof PlinthClientError && (error.code === "WORKSPACE_ARCHIVED" || error.code === "NOT_FOUND");
  // The server answers for it outside of all workspaces, to those who may know.
  const { data: me, isPending: isAsking } = useQuery({ ...meQuery(undefined), enabled: isClosed });
  const isOperator = me?.kind === "operator";
  const path = `workspaces/${encodeURIComponent(slug)}`;
  const workspace = useQuery({
    queryKey: ["closed-workspace", slug],
    queryFn: ({ signal }) => apiOf(clientOf()).get<Closed>(path, {}, signal),
    enabled: isClosed && isOperator,
  });
  if (!isClosed) return <PageFailure error={error} reset={onRetry} />;
  if (isAsking) return <PagePending />;
  if (me && !isOperator) return <SignIn />;
  if (workspace.isFetching && !workspace.data) return <PagePending />;
  return (
    <main className="p-4 lg:p-6">
      <h1 className="sr-only">{workspace.data?.name ?? slug}</h1>
      <State workspace={workspace.data} onOpened={onRetry} />
      <StepUpHost />
    </main>
  );
}

interface StateProps {
  readonly workspace: Closed | undefined;
  readonly onOpened: () => void;
}

function State({ workspace, onOpened }: StateProps): ReactNode {
  const { t } = useLingui();
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: (act: "unarchive" | "restore") => apiOf(clientOf()).post(`workspaces/${workspace?.slug}/${act}`),
    onSuccess: async () => {
      await queries.invalidateQueries(workspacesQuery);
      onOpened();
    },
  });
  const failure = open.error && <ErrorState inline error={open.error} className="mx-auto max-w-lg" />;
  if (workspace?.state === "archived" || workspace?.state === "active")
    return (
      <>
        <EmptyState
          icon={<Archive />}
          title={t`${workspace.name} is archived`}
          actions={
            <>
              <Button variant="primary" pending={open.isPending} onClick={() => open.mutate("unarchive")}>
                <Trans>Open it again</Trans>
              </Button>
              <OtherWorkspaces />
            </>
          }
        >
          <Trans>
            All its data are there, and every request in it is refused. An owner of the workspace, or an operator of the
            server, can open it again.
          </Trans>
        </EmptyState>
        {failure}
      </>
    );
  if (workspace?.state === "deleted")
    return (
      <>
        <EmptyState
          icon={<Trash2 />}
          title={t`${workspace.name} is deleted`}
          actions={
            <>
              <Button variant="primary" pending={open.isPending} onClick={() => open.mutate("restore")}>
                <Trans>Restore</Trans>
              </Button>
              <OtherWorkspaces />
            </>
          }
        >
          {workspace.purge_at === null ? (
            <Trans>An owner of the workspace, or an operator of the server, can restore it for some days.</Trans>
          ) : (
            <Trans>
              Its data are there until <Time absolute value={workspace.purge_at} />. Until then, an owner of the
              workspace, or an operator of the server, can restore it.
            </Trans>
          )}
        </EmptyState>
        {failure}
      </>
    );
  if (workspace?.state === "purging")
    return (
      <EmptyState
        icon={<Trash2 />}
        title={t`${workspace.name} is being deleted for good`}
        actions={<OtherWorkspaces primary />}
      >
        <Trans>Its time to be restored is over.</Trans>
      </EmptyState>
    );
  return (
    <EmptyState icon={<MapPinOff />} title={t`There is no such workspace`} actions={<OtherWorkspaces primary />}>
      <Trans>Its address may be wrong or have changed, it may be deleted, or you are no member of it.</Trans>
    </EmptyState>
  );
}

/** To those that are open, or else to the first page. */
function OtherWorkspaces({ primary = false }: { readonly primary?: boolean }): ReactNode {
  const { data } = useQuery(workspacesQuery);
  const other = data?.data.find(({ state }) => state === "active");
  return (
    <Button asChild variant={primary ? "primary" : "secondary"}>
      <Link to={other === undefined ? "/" : hrefIn(other.slug, "workspaces")}>
        <Trans>See all workspaces</Trans>
      </Link>
    </Button>
  );
}
