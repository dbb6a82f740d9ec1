import { Trans, useLingui } from "@lingui/react/macro";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { toast } from "../../ui/toast.ts";
import type { HiddenList } from "./hidden-lists.ts";
import { emptyRule } from "./rules.ts";

/** Lists that stay hidden though their collection is open, each with the rules that show it. */
export function HiddenListNotes({ lists }: { readonly lists: readonly HiddenList[] }): ReactNode {
  const { t } = useLingui();
  const open = useApiMutation({
    run: (api, { role, closed }: HiddenList) =>
      api.post("permissions", closed.map(({ slug }) => emptyRule(role, slug, "read")) as unknown as object),
    changes: ["permissions", "exposure"],
    onDone: () => toast.success(t`The rules are made, and count from now on`),
  });
  if (lists.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2 text-sm">
      {lists.map((list) => {
        const { role, collection, field, closed } = list;
        const names = closed.map(({ slug }) => slug).join(", ");
        return (
          <li key={`${role} ${collection} ${field}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="flex items-center gap-2">
              <TriangleAlert aria-hidden className="size-4 shrink-0 text-warning-ink" />
              <Trans>
                {field} of {collection} stay hidden: closed for {role} is {names}
              </Trans>
            </span>
            {/* Accounts, organizations and files are opened by rules that somebody writes. */}
            {closed.every(({ system }) => system === undefined) && (
              <Button size="sm" pending={open.isPending} onClick={() => open.mutate(list)}>
                <Trans>
                  Let {role} read {names}
                </Trans>
              </Button>
            )}
          </li>
        );
      })}
      {open.error && (
        <li>
          <ErrorState inline error={open.error} />
        </li>
      )}
    </ul>
  );
}
