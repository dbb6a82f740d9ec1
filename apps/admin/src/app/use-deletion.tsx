import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useApiMutation } from "../api/hooks.ts";
import { Button } from "../ui/button.tsx";
import { confirm } from "../ui/confirm.ts";
import { toast } from "../ui/toast.ts";
import { useGo } from "./links.ts";

interface Deletion {
  /** Of what is deleted, below `/api/`. */
  readonly path: string;
  /** The page of the list, where it leads then. */
  readonly list: string;
  /** Paths whose answers it makes old. */
  readonly changes: readonly string[];
  /** Such as "Delete the schedule Report?". */
  readonly question: string;
  /** What is lost. */
  readonly description: string;
  /** Such as "The schedule is deleted". */
  readonly done: string;
  /** What must be typed first. */
  readonly typeToConfirm?: string;
}

/** The button that deletes what a page shows, after a question. */
export function useDeletion(deletion: Deletion): { readonly button: ReactNode; readonly error: Error | null } {
  const { path, list, changes, question, description, done, typeToConfirm } = deletion;
  const { t } = useLingui();
  const go = useGo();
  const remove = useApiMutation({
    run: (api) => api.delete(path),
    changes,
    onDone: () => {
      toast.success(done);
      go(list);
    },
  });
  const ask = async () => {
    const confirmed = await confirm({
      title: question,
      description,
      confirmLabel: t`Delete`,
      danger: true,
      ...(typeToConfirm !== undefined && { typeToConfirm }),
    });
    if (confirmed) remove.mutate();
  };
  return {
    button: (
      <Button className="text-danger-ink" icon={<Trash2 aria-hidden />} pending={remove.isPending} onClick={ask}>
        <Trans>Delete</Trans>
      </Button>
    ),
    error: remove.error,
  };
}
