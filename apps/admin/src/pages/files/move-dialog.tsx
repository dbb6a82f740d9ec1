import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { useUndo } from "../../undo/use-undo.ts";
import { CHANGED_BY_FILES, type Entry, useBucketFiles } from "./storage.ts";

const FORM = "move-file";
/** The server knows more: its words are shown. */
const schema = z.object({ to: z.string().regex(/^[^/]+(\/[^/]+)*$/) });

interface MoveDialogProps {
  readonly bucket: string;
  readonly entry: Entry;
  readonly onClose: () => void;
}

/** Another name, or another folder: both are the path. */
export function MoveDialog({ bucket: name, entry, onClose }: MoveDialogProps): ReactNode {
  const { t } = useLingui();
  const { offer } = useUndo();
  const bucket = useBucketFiles(name);
  const form = useForm<z.infer<typeof schema>>({ resolver: zodResolver(schema), defaultValues: { to: entry.path } });
  const isFolder = entry.kind === "folder";
  const move = useApiMutation({
    run: async (_, to: string) => {
      const onRequestId = (request: string) => offer(t`Moved to ${to}`, request);
      if (isFolder) await bucket.moveFolder(entry.path, to, { onRequestId });
      else await bucket.move(entry.path, to, { onRequestId });
    },
    changes: CHANGED_BY_FILES,
    onDone: onClose,
  });
  const submit = form.handleSubmit(({ to }) => (to === entry.path ? onClose() : move.mutate(to)));
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title={isFolder ? t`Rename or move the folder ${entry.name}` : t`Rename or move ${entry.name}`}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={FORM} variant="primary" pending={move.isPending}>
            <Trans>Move</Trans>
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field
          label={t`Path in the bucket`}
          required
          description={t`Folders are separated by /, and made where they are missing.`}
          error={form.formState.errors.to && t`Write a path such as 2026/summer/cat.png, without / at its ends.`}
        >
          <Input autoFocus spellCheck={false} {...form.register("to")} />
        </Field>
        {move.error && <ErrorState inline error={move.error} />}
      </form>
    </Dialog>
  );
}
