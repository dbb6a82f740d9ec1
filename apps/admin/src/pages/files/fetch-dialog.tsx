import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { FormDialog } from "../../app/forms/form-dialog.tsx";
import { problemOf, showRefusal } from "../../app/forms/refusal.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { useUndo } from "../../undo/use-undo.ts";
import { nameInUrl } from "./name-in-url.ts";
import { CHANGED_BY_FILES, pathIn, useBucketFiles } from "./storage.ts";

/** The server knows more: its words are shown. */
const schema = z.object({ url: z.string().trim().min(1), path: z.string().min(1) });

type FetchForm = z.infer<typeof schema>;

interface FetchDialogProps {
  readonly bucket: string;
  readonly folder: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Lets the server store what is at an address. No file is replaced. */
export function FetchDialog({ bucket: name, folder, open, onClose }: FetchDialogProps): ReactNode {
  const { t } = useLingui();
  const { offer } = useUndo();
  const bucket = useBucketFiles(name);
  const form = useForm<FetchForm>({ resolver: zodResolver(schema), defaultValues: { url: "", path: "" } });
  const fetched = useApiMutation({
    run: (_, { url, path }: FetchForm) =>
      bucket.fetch(path, url.trim(), {
        ifAbsent: true,
        onRequestId: (request) => offer(t`${path} is stored`, request),
      }),
    changes: CHANGED_BY_FILES,
  });
  const close = () => {
    form.reset();
    fetched.reset();
    onClose();
  };
  const submit = form.handleSubmit((values) =>
    fetched.mutateAsync(values).then(close, (error) => showRefusal(form, error)),
  );
  const url = form.register("url", {
    onChange: ({ target }: { readonly target: { readonly value: string } }) => {
      const found = nameInUrl(target.value);
      // What somebody has typed stays.
      if (found !== undefined && !form.formState.dirtyFields.path)
        form.resetField("path", { defaultValue: pathIn(folder, found) });
    },
  });
  return (
    <FormDialog
      open={open}
      title={t`Fetch from a URL`}
      submitLabel={<Trans>Fetch</Trans>}
      pending={fetched.isPending}
      onSubmit={submit}
      onClose={close}
      noValidate
    >
      <Field
        label={t`Address`}
        required
        description={t`The server fetches it. Addresses of private networks are refused.`}
        error={problemOf(form, "url", t`Write an address such as https://example.com/cat.png.`)}
      >
        <Input autoFocus type="url" inputMode="url" spellCheck={false} placeholder="https://" {...url} />
      </Field>
      <Field
        label={t`Path in the bucket`}
        required
        description={t`Folders are separated by /, and made where they are missing.`}
        error={problemOf(form, "path", t`Write a path such as 2026/summer/cat.png, without / at its ends.`)}
      >
        <Input spellCheck={false} {...form.register("path")} />
      </Field>
      {form.formState.errors.root && <ErrorState inline error={fetched.error} />}
    </FormDialog>
  );
}
