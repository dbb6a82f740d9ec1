import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { workspacesQuery } from "../../api/workspace.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { useGoIn } from "../../app/links.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { toast } from "../../ui/toast.ts";
import { slugOf, type WorkspaceFacts } from "./workspace.ts";

interface NewWorkspaceDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Makes a workspace; the slug follows the name until somebody writes one. */
export function NewWorkspaceDialog({ open, onClose }: NewWorkspaceDialogProps): ReactNode {
  const { t } = useLingui();
  const goIn = useGoIn();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [ownSlug, setOwnSlug] = useState<string>();
  const [hasMore, setHasMore] = useState(false);
  const create = useApiMutation({
    run: (api, body: { readonly name: string; readonly slug: string }) => api.post<WorkspaceFacts>("workspaces", body),
    changes: ["workspaces"],
    onDone: ({ slug }) => {
      void queries.invalidateQueries(workspacesQuery);
      if (!hasMore) {
        close();
        goIn(slug, "");
        return;
      }
      toast.success(t`The workspace ${slug} is there.`);
      setName("");
      setOwnSlug(undefined);
    },
  });
  const close = () => {
    setName("");
    setOwnSlug(undefined);
    create.reset();
    onClose();
  };
  const slug = ownSlug ?? slugOf(name);
  const submit = () => {
    create.mutate({ name, slug });
  };
  return (
    <FormDialog
      open={open}
      title={t`New workspace`}
      submitLabel={<Trans>Create workspace</Trans>}
      pending={create.isPending}
      onSubmit={submit}
      onClose={close}
    >
      <Field label={t`Name`} required>
        <Input required maxLength={100} autoFocus value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t`Slug`} required description={t`Part of addresses: lower-case letters, digits and hyphens.`}>
        <Input required maxLength={40} value={slug} onChange={(event) => setOwnSlug(event.target.value)} />
      </Field>
      <Field inline label={t`Create more of them: stay here afterwards`}>
        <Checkbox checked={hasMore} onCheckedChange={(on) => setHasMore(on === true)} />
      </Field>
      {create.error && <ErrorState inline error={create.error} />}
    </FormDialog>
  );
}
