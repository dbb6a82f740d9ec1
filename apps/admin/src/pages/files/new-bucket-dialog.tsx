import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { useGo } from "../../app/links.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { BucketFields } from "./bucket-fields.tsx";
import { type BucketForm, bucketForm, EMPTY_BUCKET, settingsOf, showBucketRefusal } from "./bucket-form.ts";
import { useStorage } from "./storage.ts";

interface NewBucketDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function NewBucketDialog({ open, onClose }: NewBucketDialogProps): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { buckets } = useStorage();
  const form = useForm<BucketForm>({ resolver: zodResolver(bucketForm), defaultValues: EMPTY_BUCKET });
  const create = useApiMutation({
    run: (_, values: BucketForm) => buckets.create({ name: values.name, ...settingsOf(values) }),
    // The first bucket brings the collection of files.
    changes: ["buckets", "collections"],
    onDone: ({ name }) => {
      form.reset();
      go(`files/${name}`);
    },
  });
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  const submit = form.handleSubmit((values) =>
    create.mutateAsync(values).catch((error) => showBucketRefusal(form, error)),
  );
  return (
    <FormDialog
      open={open}
      title={t`New bucket`}
      submitLabel={<Trans>Create bucket</Trans>}
      pending={create.isPending}
      onSubmit={submit}
      onClose={close}
      noValidate
    >
      <BucketFields form={form} isNew />
      {form.formState.errors.root && <ErrorState inline error={create.error} />}
    </FormDialog>
  );
}
