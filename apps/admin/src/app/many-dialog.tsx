import { Trans } from "@lingui/react/macro";
import type { FormEvent, ReactNode } from "react";
import { useId } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorState } from "../ui/error-state.tsx";

interface ManyDialogProps {
  readonly title: string;
  readonly submitLabel: ReactNode;
  readonly action: { readonly mutate: () => void; readonly isPending: boolean; readonly error: Error | null };
  /** What it does cannot be undone. */
  readonly danger?: boolean;
  readonly onClose: () => void;
  /** How many it was about, once it is done. */
  readonly outcome: ReactNode | undefined;
  readonly children: ReactNode;
}

/** Does something with many jobs, and says with how many. */
export function ManyDialog(props: ManyDialogProps): ReactNode {
  const { title, submitLabel, action, danger = false, onClose, outcome, children } = props;
  const form = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    action.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title={title}
      footer={
        outcome === undefined ? (
          <>
            <Button onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" form={form} variant={danger ? "danger" : "primary"} pending={action.isPending}>
              {submitLabel}
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        )
      }
    >
      {outcome === undefined ? (
        <form id={form} onSubmit={submit} className="flex flex-col gap-4">
          {children}
          {action.error && <ErrorState inline error={action.error} />}
        </form>
      ) : (
        <p role="status">{outcome}</p>
      )}
    </Dialog>
  );
}
