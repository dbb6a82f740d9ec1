import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { workspacesQuery } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatDateTime } from "../../ui/format.ts";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import type { WorkspaceFacts } from "./workspace.ts";

interface DangerZoneProps {
  readonly workspace: WorkspaceFacts;
  /** It was archived or deleted: requests in it are refused from now on. */
  readonly onClosed?: () => void;
}

/** To close a workspace, and to delete it, with the way back as long as there is one. */
export function DangerZone({ workspace, onClosed }: DangerZoneProps): ReactNode {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const { slug, state, purge_at } = workspace;
  const path = `workspaces/${slug}`;
  const reread = () => void queries.invalidateQueries(workspacesQuery);
  const act = useApiMutation({
    run: (api, what: "archive" | "unarchive" | "restore") => api.post(`${path}/${what}`),
    changes: ["workspaces"],
    onDone: (_, what) => {
      reread();
      if (what === "archive") onClosed?.();
    },
  });
  const remove = useApiMutation({
    run: (api) => api.delete<WorkspaceFacts>(path, { confirm: slug }),
    changes: ["workspaces"],
    onDone: ({ purge_at: until }) => {
      if (until) toast.success(t`The workspace can be restored until ${formatDateTime(new Date(until), i18n.locale)}`);
      reread();
      onClosed?.();
    },
  });
  const askRemoval = async () => {
    const confirmed = await confirm({
      title: t`Delete the workspace ${workspace.name}?`,
      description: t`Nobody can use it from now on. It can be restored for 7 days, unless the server is set to another number (WORKSPACE_GRACE_DAYS); then all its data are deleted for good. The page of the workspace names the time.`,
      confirmLabel: t`Delete workspace`,
      danger: true,
      typeToConfirm: slug,
    });
    if (confirmed) remove.mutate();
  };
  const askArchive = async () => {
    const confirmed = await confirm({
      title: t`Archive the workspace ${workspace.name}?`,
      description: t`Every request in it is refused from now on, also those of its users and keys. All data stay, and it can be opened again at any time.`,
      confirmLabel: t`Archive workspace`,
      danger: true,
    });
    if (confirmed) act.mutate("archive");
  };
  const error = act.error ?? remove.error;
  return (
    <Card title={t`Danger zone`} className="border-danger/40">
      <div className="flex flex-col gap-3">
        {state === "deleted" && purge_at && (
          <p>
            <Trans>
              Deleted. Its data are there until <Time absolute value={purge_at} />.
            </Trans>
          </p>
        )}
        {state === "active" && (
          <Act
            note={t`An archived workspace keeps all its data, and refuses every request until it is opened again.`}
            button={
              <Button pending={act.isPending} onClick={askArchive}>
                <Trans>Archive</Trans>
              </Button>
            }
          />
        )}
        {state === "archived" && (
          <Act
            note={t`All its data are there. Until it is opened again, it refuses every request.`}
            button={
              <Button pending={act.isPending} onClick={() => act.mutate("unarchive")}>
                <Trans>Open it again</Trans>
              </Button>
            }
          />
        )}
        {state === "deleted" && (
          <Act
            note={t`It is as before the deletion then.`}
            button={
              <Button pending={act.isPending} onClick={() => act.mutate("restore")}>
                <Trans>Restore</Trans>
              </Button>
            }
          />
        )}
        {(state === "active" || state === "archived") && (
          <Act
            note={t`A deleted workspace can be restored for some days. Then its data are gone for good.`}
            button={
              <Button variant="danger" pending={remove.isPending} onClick={askRemoval}>
                <Trans>Delete</Trans>
              </Button>
            }
          />
        )}
        {error && <ErrorState inline error={error} />}
      </div>
    </Card>
  );
}

/** What an act means, beside its button. */
function Act({ note, button }: { readonly note: string; readonly button: ReactNode }): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="min-w-0 flex-1 basis-60 text-muted text-sm">{note}</p>
      {button}
    </div>
  );
}
