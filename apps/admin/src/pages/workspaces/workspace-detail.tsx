import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { workspacesQuery } from "../../api/workspace.ts";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { toast } from "../../ui/toast.ts";
import { DangerZone } from "./danger-zone.tsx";
import { DEFAULT_SLUG, STATE_NAMES, type WorkspaceFacts } from "./workspace.ts";
import { WorkspaceHosts } from "./workspace-hosts.tsx";

/** One workspace: its names, its host names, and its end. */
export default function WorkspaceDetail(): ReactNode {
  const { t } = useLingui();
  const { slug = "" } = useParams({ strict: false }) as { slug?: string };
  const { data, error, refetch } = useApiGet<WorkspaceFacts>(`workspaces/${slug}`);
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  return (
    <div className="flex max-w-3xl flex-col gap-4 p-4 lg:p-6">
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
        aside={<Badge tone={data.state === "active" ? "success" : "warning"}>{t(STATE_NAMES[data.state])}</Badge>}
      />
      <Names key={data.id} workspace={data} />
      <WorkspaceHosts slug={slug} />
      {data.slug !== DEFAULT_SLUG && <DangerZone workspace={data} />}
    </div>
  );
}

function Names({ workspace }: { readonly workspace: WorkspaceFacts }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const queries = useQueryClient();
  const [name, setName] = useState(workspace.name);
  const [slug, setSlug] = useState(workspace.slug);
  const changed = {
    ...(name !== workspace.name && { name }),
    ...(slug !== workspace.slug && { slug }),
  };
  const save = useApiMutation({
    run: (api) => api.patch<WorkspaceFacts>(`workspaces/${workspace.slug}`, changed),
    changes: ["workspaces"],
    onDone: (result) => {
      void queries.invalidateQueries(workspacesQuery);
      toast.success(t`Saved`);
      if (result.slug !== workspace.slug) go(`workspaces/${result.slug}`);
    },
  });
  return (
    <Card
      title={t`Names`}
      footer={
        <Button
          variant="primary"
          disabled={Object.keys(changed).length === 0}
          pending={save.isPending}
          onClick={() => save.mutate()}
        >
          <Trans>Save</Trans>
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label={t`Name`}>
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label={t`Slug`}
          description={
            workspace.slug === DEFAULT_SLUG
              ? t`The default workspace keeps its slug.`
              : t`Part of addresses. Old links and access tokens with the old slug stop working.`
          }
        >
          <Input
            value={slug}
            disabled={workspace.slug === DEFAULT_SLUG}
            onChange={(event) => setSlug(event.target.value)}
          />
        </Field>
        {save.error && <ErrorState inline error={save.error} />}
      </div>
    </Card>
  );
}
