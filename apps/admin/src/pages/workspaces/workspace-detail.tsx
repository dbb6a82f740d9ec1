import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { hrefIn } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { NOT_VIEWING } from "../../app/view-as/address.ts";
import { Badge } from "../../ui/badge.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { DangerZone } from "./danger-zone.tsx";
import { DEFAULT_SLUG, STATE_NAMES, type WorkspaceFacts } from "./workspace.ts";
import { WorkspaceHosts } from "./workspace-hosts.tsx";
import { WorkspaceNames } from "./workspace-names.tsx";

/** One workspace: its names, its host names, and its end. */
export default function WorkspaceDetail(): ReactNode {
  const { t } = useLingui();
  const { slug = "" } = useParams({ strict: false }) as { slug?: string };
  const navigate = useNavigate();
  const { slug: open, rights } = useWorkspace();
  const { data, error, refetch } = useApiGet<WorkspaceFacts>(`workspaces/${slug}`);
  // The workspace that is open may be this one: then the whole address moves.
  const leadTo = (path: string) => void navigate({ to: path } as object as Parameters<typeof navigate>[0]);
  const moved = (to: string) => leadTo(hrefIn(open === slug ? to : open, `workspaces/${to}`));
  // Nothing can be read in a closed one: its owner goes on where it can be opened again.
  const closed = () => {
    if (open === slug) leadTo(rights.server ? hrefIn(DEFAULT_SLUG, `workspaces/${slug}`) : "/");
  };
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  // What a member may do in another workspace is known there.
  const mayOwn = slug !== open || rights.own;
  return (
    <div className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="all" path="workspaces">
                <Trans>Workspaces</Trans>
              </PageLink>,
              data.name,
            ]}
          />
        }
        title={data.name}
        actions={
          data.state === "active" &&
          slug !== open && (
            <Button asChild variant="primary">
              <Link to={hrefIn(slug, "")} search={NOT_VIEWING as never}>
                <Trans>Work in it</Trans>
              </Link>
            </Button>
          )
        }
        aside={<Badge tone={data.state === "active" ? "success" : "warning"}>{t(STATE_NAMES[data.state])}</Badge>}
        className="pb-0"
      />
      {mayOwn && <WorkspaceNames key={data.id} workspace={data} onMoved={moved} />}
      <WorkspaceHosts slug={slug} />
      {mayOwn && data.slug !== DEFAULT_SLUG && <DangerZone workspace={data} onClosed={closed} />}
    </div>
  );
}
