import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { Bucket } from "@plinth/client/files";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toast } from "../../ui/toast.ts";
import { BucketFields } from "./bucket-fields.tsx";
import { type BucketForm, bucketForm, formOf, settingsOf, showBucketRefusal } from "./bucket-form.ts";
import { BucketLimits } from "./bucket-limits.tsx";
import { useStorage } from "./storage.ts";

const FORM = "bucket-settings";

interface BucketSettingsProps {
  readonly bucket: Bucket;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What the bucket takes and who reads it; and its end. */
export function BucketSettings({ bucket, open, onClose }: BucketSettingsProps): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { buckets } = useStorage();
  const form = useForm<BucketForm>({ resolver: zodResolver(bucketForm), values: formOf(bucket) });
  const save = useApiMutation({
    run: (_, values: BucketForm) => buckets.update(bucket.name, settingsOf(values, bucket)),
    changes: ["buckets"],
    onDone: () => {
      toast.success(t`Saved`);
      onClose();
    },
  });
  const remove = useApiMutation({
    run: () => buckets.delete(bucket.name),
    changes: ["buckets"],
    onDone: () => {
      toast.success(t`The bucket is deleted`);
      go("files");
    },
  });
  const submit = form.handleSubmit((values) =>
    save.mutateAsync(values).catch((error) => showBucketRefusal(form, error)),
  );
  const askRemoval = async () => {
    const confirmed = await confirm({
      title: t`Delete the bucket ${bucket.name}?`,
      description: t`Only an empty bucket can be deleted. This cannot be undone.`,
      confirmLabel: t`Delete bucket`,
      danger: true,
    });
    if (confirmed) remove.mutate();
  };
  const close = () => {
    form.reset();
    save.reset();
    remove.reset();
    onClose();
  };
  return (
    <Sheet
      open={open}
      onOpenChange={(next) => !next && close()}
      title={t`Settings of ${bucket.name}`}
      footer={
        <>
          <Button
            className="mr-auto text-danger-ink"
            icon={<Trash2 aria-hidden />}
            pending={remove.isPending}
            onClick={askRemoval}
          >
            <Trans>Delete bucket</Trans>
          </Button>
          <Button onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={FORM} variant="primary" pending={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <BucketFields form={form} isNew={false} />
        <BucketLimits form={form} />
        {form.formState.errors.root && <ErrorState inline error={save.error} />}
        {remove.error && <ErrorState inline error={remove.error} />}
      </form>
    </Sheet>
  );
}
