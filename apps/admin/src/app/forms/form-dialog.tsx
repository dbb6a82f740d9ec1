import { Trans } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useId } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog, type DialogProps } from "../../ui/dialog.tsx";

interface FormDialogProps extends Pick<DialogProps, "size"> {
  readonly open: boolean;
  readonly title: string;
  readonly submitLabel: ReactNode;
  readonly pending: boolean;
  readonly onSubmit: (event: FormEvent) => unknown;
  /** "Cancel", Escape and a press beside it. */
  readonly onClose: () => void;
  /** The form says itself what is wrong, at the fields. */
  readonly noValidate?: boolean;
  readonly children: ReactNode;
}

/** A dialog in which something new is made. */
export function FormDialog(props: FormDialogProps): ReactNode {
  const { open, title, size, submitLabel, pending, onSubmit, onClose, noValidate = false, children } = props;
  const form = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit(event);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      size={size}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" form={form} variant="primary" pending={pending}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate={noValidate} className="flex flex-col gap-4">
        {children}
      </form>
    </Dialog>
  );
}
