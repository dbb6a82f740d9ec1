import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { workspacesQuery } from "../../api/workspace.ts";
import { useGoIn } from "../../app/links.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { slugOf, type WorkspaceFacts } from "./workspace.ts";

interface NewWorkspaceDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

const FORM = "new-workspace";

/** Makes a workspace; the slug follows the name until somebody writes one. */
export function NewWorkspaceDialog({ open, onClose }: NewWorkspaceDialogProps): ReactNode {
  const { t } = useLingui();
  const goIn = useGoIn();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [ownSlug, setOwnSlug] = useState<string>();
  const create = useApiMutation({
    run: (api, body: { readonly name: string; readonly slug: string }) => api.post<WorkspaceFacts>("workspaces", body),
    changes: ["workspaces"],
    onDone: ({ slug }) => {
      void queries.invalidateQueries(workspacesQuery);
      close();
      goIn(slug, "");
    },
  });
  const close = () => {
    setName("");
    setOwnSlug(undefined);
    create.reset();
    onClose();
  };
  const slug = ownSlug ?? slugOf(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name, slug });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={t`New workspace`}
      footer={
        <>
          <Button onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={FORM} variant="primary" pending={create.isPending}>
            <Trans>Create workspace</Trans>
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t`Name`} required>
          <Input required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t`Slug`} required description={t`Part of addresses: lower-case letters, digits and hyphens.`}>
          <Input required value={slug} onChange={(event) => setOwnSlug(event.target.value)} />
        </Field>
        {create.error && <ErrorState inline error={create.error} />}
      </form>
    </Dialog>
  );
}
