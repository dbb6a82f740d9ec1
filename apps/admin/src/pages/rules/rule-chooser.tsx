import { Trans, useLingui } from "@lingui/react/macro";
import type { Action } from "@plinth/core";
import type { ReactNode } from "react";
import { conditionWords } from "../../data/rule-condition.ts";
import { Field } from "../../ui/field.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import type { RuleChoice } from "./rule-choices.ts";
import type { RuleDraft } from "./rules.ts";

/** The index of a choice, or a rule that somebody writes. */
export type Chosen = number | "custom";

interface RuleChooserProps {
  readonly role: string;
  readonly action: Action;
  readonly choices: readonly RuleChoice[];
  readonly chosen: Chosen | undefined;
  readonly onChoose: (chosen: Chosen) => void;
}

/** Who may do it: the usual rules, and one of one's own. */
export function RuleChooser({ role, action, choices, chosen, onChoose }: RuleChooserProps): ReactNode {
  const { t } = useLingui();
  const who = useWho();
  const options = choices.map(({ kind, field = "" }, index) => {
    const value = String(index);
    if (kind === "all") {
      const description = action === "create" ? t`Whoever creates an item owns it.` : t`Every item.`;
      return { value, label: who(role), description };
    }
    if (kind === "fields") {
      const description = t`All fields are ticked at first: untick those that are not for them.`;
      return { value, label: t`Every item, but not all fields`, description };
    }
    if (kind === "organization") {
      const description = field === "id" ? t`The organizations that they belong to.` : t`By the field ${field}.`;
      return { value, label: t`Only items of their organizations`, description };
    }
    if (field === "id") return { value, label: t`Only themselves`, description: t`The item of their own account.` };
    const description =
      field === "owner_id" ? t`Whoever creates an item owns it.` : t`Items whose ${field} is their account.`;
    return {
      value,
      label: field === "owner_id" ? t`Only their own items` : t`Only items with them as ${field}`,
      description,
    };
  });
  const custom = {
    value: "custom",
    label: t`Another condition`,
    description: t`Some items or fields, or a rule that denies.`,
  };
  return (
    <Field label={t`Who may do it?`}>
      <RadioGroup
        boxed
        value={chosen === undefined ? null : String(chosen)}
        onValueChange={(value) => onChoose(value === "custom" ? value : Number(value))}
        options={[...options, custom]}
      />
    </Field>
  );
}

/** What a chosen rule says: as a sentence, and as the condition that is stored. */
export function ChosenRule({ choice, draft }: { readonly choice: RuleChoice; readonly draft: RuleDraft }): ReactNode {
  const { t } = useLingui();
  const who = useWho();
  const { role, action } = draft;
  const { kind, field = "" } = choice;
  const what: Readonly<Record<RuleChoice["kind"], string>> = {
    all: t`every item`,
    user: field === "owner_id" ? t`only the items that they own` : t`only the items whose ${field} is their account`,
    organization: t`only the items whose ${field} is an organization of theirs`,
    fields: draft.fields === null ? t`every item` : t`every item, but only these fields: ${draft.fields.join(", ")}`,
  };
  const [subject, object] = [who(role), what[kind]];
  const sentences: Readonly<Record<Action, string>> = {
    read: t`${subject} may read ${object}.`,
    create: kind === "all" ? t`${subject} may create items.` : t`${subject}: may create ${object}.`,
    update: t`${subject} may change ${object}.`,
    delete: t`${subject} may delete ${object}.`,
  };
  const condition = conditionWords(draft.condition);
  return (
    <div role="status" className="flex flex-col gap-1 rounded-lg bg-sunken p-3 text-sm">
      <p>{sentences[action]}</p>
      <p className="text-muted">
        {condition === "" ? (
          <Trans>The rule has no condition.</Trans>
        ) : (
          <Trans>
            Condition: <code className="break-all">{condition}</code>
          </Trans>
        )}
      </p>
    </div>
  );
}

/** Who has a role, at the beginning of a sentence. */
export function useWho(): (role: string) => string {
  const { t } = useLingui();
  return (role) => {
    if (role === "public") return t`Everybody, also without an account`;
    return role === "authenticated" ? t`Every signed-in user` : t`Every user with the role ${role}`;
  };
}
