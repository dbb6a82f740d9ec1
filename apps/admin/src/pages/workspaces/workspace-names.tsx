import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { workspacesQuery } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { toast } from "../../ui/toast.ts";
import { DEFAULT_SLUG, type WorkspaceFacts } from "./workspace.ts";

interface WorkspaceNamesProps {
  readonly workspace: WorkspaceFacts;
  /** With the new slug: the address of what is shown is another one now. */
  readonly onMoved: (slug: string) => void;
}

/** Name and slug of a workspace. */
export function WorkspaceNames({ workspace, onMoved }: WorkspaceNamesProps): ReactNode {
  const { t } = useLingui();
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
      if (result.slug !== workspace.slug) onMoved(result.slug);
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
          <Input maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
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
