import { Trans, useLingui } from "@lingui/react/macro";
import type { Action, Rule } from "@plinth/core";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useActionNames } from "../../data/action-names.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { countingParts } from "../../data/rule-condition.ts";
import { UnusedCondition } from "../../data/rule-conditions.tsx";
import { useRuleRemoval } from "../../data/rule-removal.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { toast } from "../../ui/toast.ts";
import { ClosedRelations } from "./closed-relations.tsx";
import { FieldTicks } from "./field-ticks.tsx";
import { QuickRules } from "./quick-rules.tsx";
import { RuleCard } from "./rule-card.tsx";
import { choicesFor, type RuleChoice, ruleOf } from "./rule-choices.ts";
import { type Chosen, ChosenRule, RuleChooser } from "./rule-chooser.tsx";
import { type ConditionPart, RuleEditor } from "./rule-editor.tsx";
import { changeable, emptyRule, onlyCounting, type RuleDraft } from "./rules.ts";

interface CellSheetProps {
  readonly role: string;
  readonly collection: CollectionInfo;
  readonly action: Action;
  readonly rules: readonly Rule[];
  readonly onClose: () => void;
}

interface Edited {
  readonly draft: RuleDraft;
  /** Absent: a new rule. */
  readonly stored?: Rule;
  /** Of a new rule; absent: nothing yet. */
  readonly chosen?: Chosen;
  /** Parts of which something is shown that is not in the draft, because it is not filled in. */
  readonly unfinished?: readonly ConditionPart[];
}

/** The rules of one cell: a caller may do what any of them allows, less what one denies. */
export function CellSheet({ role, collection, action, rules, onClose }: CellSheetProps): ReactNode {
  const { t } = useLingui();
  const names = useActionNames();
  const [edited, setEdited] = useState<Edited>();
  const save = useApiMutation({
    run: (api, { stored, draft }: Edited) => {
      const rule = onlyCounting(draft);
      return stored ? api.patch(`permissions/${stored.id}`, changeable(rule)) : api.post("permissions", rule);
    },
    changes: ["permissions", "exposure"],
    onDone: () => toast.success(t`The rule is saved, and counts from now on`),
  });
  const { removal, ask } = useRuleRemoval();
  const choices = choicesFor(role, collection, action);
  const isNew = edited ? edited.stored === undefined : rules.length === 0;
  const empty = emptyRule(role, collection.slug, action);
  const choose = (chosen: Chosen) => {
    const before = edited?.draft ?? empty;
    const draft =
      // Of some items: without a condition the rule would be for every item, and could be saved at once.
      chosen === "custom"
        ? { ...before, condition: before.condition ?? {} }
        : ruleOf(choices[chosen]!, role, collection.slug, action);
    setEdited({ draft, chosen });
  };
  const chosen = edited?.chosen;
  const isWritten = edited !== undefined && (!isNew || chosen === "custom");
  const isChosen = !isNew || chosen !== undefined;
  const isFinished =
    edited !== undefined &&
    isFilled(edited, "condition") &&
    isFilled(edited, "check") &&
    edited.draft.fields?.length !== 0;
  const mark = (part: ConditionPart, isWhole: boolean) =>
    setEdited((now) => {
      if (!now) return now;
      const others = (now.unfinished ?? []).filter((one) => one !== part);
      return { ...now, unfinished: isWhole ? others : [...others, part] };
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
            <Button
              variant="primary"
              disabled={!isFinished || !isChosen}
              pending={save.isPending}
              // The list has the rule by then.
              onClick={() => save.mutate(edited, { onSuccess: () => setEdited(undefined) })}
            >
              <Trans>Save rule</Trans>
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {!edited && rules.length === 0 && (
          <p className="text-muted">
            <Trans>No rule: this is closed for the role {role}.</Trans>
          </p>
        )}
        {!edited &&
          rules.map((rule) => (
            <RuleCard
              key={rule.id}
              rule={rule}
              pending={removal.isPending && removal.variables === rule.id}
              onEdit={() => setEdited({ stored: rule, draft: onlyCounting(rule as RuleDraft) })}
              onDelete={() => void ask(rule)}
            />
          ))}
        {!edited && removal.error && <ErrorState inline error={removal.error} />}
        {!edited && rules.length > 0 && (
          <Button
            variant="primary"
            className="self-start"
            icon={<Plus aria-hidden />}
            onClick={() => setEdited({ draft: empty })}
          >
            <Trans>Add rule</Trans>
          </Button>
        )}
        {isNew && <RuleChooser role={role} action={action} choices={choices} chosen={chosen} onChoose={choose} />}
        {edited && typeof chosen === "number" && <ChosenRule choice={choices[chosen]!} draft={edited.draft} />}
        {edited && isChoice(choices, chosen, "fields") && (
          <FieldTicks
            collection={collection}
            value={edited.draft.fields}
            onChange={(fields) => setEdited({ ...edited, draft: { ...edited.draft, fields } })}
          />
        )}
        {edited && isChosen && <ClosedRelations collection={collection} draft={edited.draft} />}
        {isWritten && (
          <RuleEditor
            collection={collection}
            draft={edited.draft}
            onChange={(draft) => setEdited((now) => now && { ...now, draft })}
            onWhole={mark}
          />
        )}
        {edited?.stored && <UnusedNote rule={edited.stored} />}
        {edited?.draft.collection === "*" && (
          <p className="text-sm text-warning-ink">
            <Trans>This rule is for all collections.</Trans>
          </p>
        )}
        {isWritten && !isFinished && (
          <p role="status" className="text-muted text-sm">
            <Trans>Fill in each condition, or remove it: without one, the rule would be for every item.</Trans>
          </p>
        )}
        {edited && save.error && <ErrorState inline error={save.error} />}
        {!edited && <QuickRules role={role} collection={collection} />}
      </div>
    </Sheet>
  );
}

/** What a save takes away. */
function UnusedNote({ rule }: { readonly rule: Rule }): ReactNode {
  if (countingParts(rule).unused === null) return null;
  return (
    <p className="text-sm">
      <UnusedCondition rule={rule} /> <Trans>Saving the rule removes it.</Trans>
    </p>
  );
}

function isChoice(choices: readonly RuleChoice[], chosen: Chosen | undefined, kind: RuleChoice["kind"]): boolean {
  return typeof chosen === "number" && choices[chosen]?.kind === kind;
}

/** An empty condition would hold for every item. */
function isFilled({ draft, unfinished = [] }: Edited, part: ConditionPart): boolean {
  const { action, effect } = draft;
  const isShown = part === "condition" || (effect === "allow" && action === "update");
  const value = draft[part];
  return !isShown || value === null || (Object.keys(value).length > 0 && !unfinished.includes(part));
}
