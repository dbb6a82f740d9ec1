import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { problemOf, showRefusal } from "../../app/forms/refusal.ts";
import { useGo } from "../../app/links.ts";
import { useCollections } from "../../data/collections.ts";
import { ItemPicker } from "../../data/item-picker.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { slugOf } from "../workspaces/workspace.ts";
import type { OrganizationInfo } from "./organization.ts";

const schema = z.object({
  name: z.string().trim().min(1).max(200),
  /** Empty: as the name proposes. */
  slug: z.string().regex(/^([a-z0-9][a-z0-9-]{0,39})?$/),
  owner: z.uuid(),
});

type OrganizationForm = z.infer<typeof schema>;

const EMPTY: OrganizationForm = { name: "", slug: "", owner: "" };

interface NewOrganizationDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Makes an organization for one of the users, who owns it. */
export function NewOrganizationDialog({ open, onClose }: NewOrganizationDialogProps): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { data: collections = [] } = useCollections();
  const users = collections.find(({ system }) => system === "users")?.slug ?? "users";
  const form = useForm<OrganizationForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const create = useApiMutation({
    run: (api, { slug, name, owner }: OrganizationForm) =>
      api.post<OrganizationInfo>("organizations", { name, slug: slug || slugOf(name), owner }),
    changes: ["items", "organizations"],
    onDone: ({ id }) => {
      form.reset();
      go(`organizations/${id}`);
    },
  });
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  const submit = form.handleSubmit((values) => create.mutateAsync(values).catch((error) => showRefusal(form, error)));
  const { errors } = form.formState;
  const message = (field: keyof OrganizationForm, local: string) => problemOf(form, field, local);
  return (
    <FormDialog
      open={open}
      title={t`New organization`}
      submitLabel={<Trans>Create organization</Trans>}
      pending={create.isPending}
      onSubmit={submit}
      onClose={close}
      noValidate
    >
      <Field label={t`Name`} required error={message("name", t`Write a name of 1 to 200 characters.`)}>
        <Input maxLength={200} autoFocus {...form.register("name")} />
      </Field>
      <Field
        label={t`Slug`}
        description={t`For addresses: lower-case letters, digits and hyphens.`}
        error={message("slug", t`Only a-z, 0-9 and hyphens, at most 40.`)}
      >
        <Input placeholder={slugOf(form.watch("name"))} {...form.register("slug")} />
      </Field>
      <Controller
        control={form.control}
        name="owner"
        render={({ field }) => (
          <Field label={t`Owner`} required error={message("owner", t`Choose a user of this workspace.`)}>
            <ItemPicker
              collection={users}
              value={field.value === "" ? null : field.value}
              onValueChange={(id) => field.onChange(id ?? "")}
              placeholder={t`Choose a user`}
            />
          </Field>
        )}
      />
      {errors.root && <ErrorState inline error={create.error} />}
    </FormDialog>
  );
}
