import { Trans, useLingui } from "@lingui/react/macro";
import type { Action, Rule } from "@plinth/core";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toast } from "../../ui/toast.ts";
import { useActionNames } from "./action-names.ts";
import { QuickRules } from "./quick-rules.tsx";
import { RuleCard } from "./rule-card.tsx";
import { RuleEditor } from "./rule-editor.tsx";
import { changeable, emptyRule, type RuleDraft } from "./rules.ts";

interface CellSheetProps {
  readonly role: string;
  readonly collection: CollectionInfo;
  readonly action: Action;
  readonly rules: readonly Rule[];
  readonly onClose: () => void;
}

interface Edited {
  /** Absent: a new rule. */
  readonly id?: string;
  readonly draft: RuleDraft;
}

/** The rules of one cell: a caller may do what any of them allows, less what one denies. */
export function CellSheet({ role, collection, action, rules, onClose }: CellSheetProps): ReactNode {
  const { t } = useLingui();
  const names = useActionNames();
  const [edited, setEdited] = useState<Edited>();
  const save = useApiMutation({
    run: (api, { id, draft }: Edited) =>
      id === undefined ? api.post("permissions", draft) : api.patch(`permissions/${id}`, changeable(draft)),
    changes: ["permissions", "exposure"],
    onDone: () => {
      setEdited(undefined);
      toast.success(t`The rule is saved, and counts from now on`);
    },
  });
  const remove = useApiMutation({
    run: (api, id: string) => api.delete(`permissions/${id}`),
    changes: ["permissions", "exposure"],
    onDone: () => toast.success(t`The rule is deleted`),
  });
  return (
    <Sheet
      open
      onOpenChange={onClose}
      size="lg"
      title={`${collection.slug}: ${names[action]}`}
      description={t`What the role ${role} may do. If several rules allow something, one that holds is enough.`}
      footer={
        edited && (
          <>
            <Button onClick={() => setEdited(undefined)}>
              <Trans>Cancel</Trans>
            </Button>
            <Button variant="primary" pending={save.isPending} onClick={() => save.mutate(edited)}>
              <Trans>Save rule</Trans>
            </Button>
          </>
        )
      }
    >
      {edited ? (
        <div className="flex flex-col gap-4">
          <RuleEditor
            collection={collection}
            draft={edited.draft}
            onChange={(draft) => setEdited({ ...edited, draft })}
          />
          {save.error && <ErrorState inline error={save.error} />}
        </div>
      ) : (
        <div className="flex flex-col gap-3">
          {rules.length === 0 && (
            <p className="text-muted">
              <Trans>No rule: this is closed for the role {role}.</Trans>
            </p>
          )}
          {rules.map((rule) => (
            <RuleCard
              key={rule.id}
              rule={rule}
              pending={remove.isPending && remove.variables === rule.id}
              onEdit={() => setEdited({ id: rule.id, draft: rule as RuleDraft })}
              onDelete={() => remove.mutate(rule.id)}
            />
          ))}
          {remove.error && <ErrorState inline error={remove.error} />}
          <div className="flex flex-wrap gap-2 pt-1">
            <Button
              variant="primary"
              icon={<Plus aria-hidden />}
              onClick={() => setEdited({ draft: emptyRule(role, collection.slug, action) })}
            >
              <Trans>Add rule</Trans>
            </Button>
          </div>
          <QuickRules role={role} collection={collection} />
        </div>
      )}
    </Sheet>
  );
}
