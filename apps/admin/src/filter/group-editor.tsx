import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, X } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Select } from "../ui/select.tsx";
import { ConditionRow, type FilterContext } from "./condition-row.tsx";
import { fieldAt } from "./fields.ts";
import { operatorsOf } from "./operators.ts";
import { type FilterGroup, type FilterNode, newCondition, newGroup } from "./tree.ts";

/** Groups within groups; the server takes 32 levels of nesting, people far fewer. */
const MAX_DEPTH = 4;

export interface GroupEditorProps {
  group: FilterGroup;
  depth?: number;
  context: FilterContext;
  onChange: (group: FilterGroup) => void;
  onRemove?: () => void;
}

type Joining = "and" | "or" | "not-and" | "not-or";

export function GroupEditor({ group, depth = 0, context, onChange, onRemove }: GroupEditorProps) {
  const { t } = useLingui();
  const joins = [
    { value: "and", label: t`All of these hold` },
    { value: "or", label: t`One of these holds` },
    { value: "not-and", label: t`Not all of these hold` },
    { value: "not-or", label: t`None of these holds` },
  ] as const;
  const join: Joining = `${group.negated ? "not-" : ""}${group.join}`;
  const add = (node: FilterNode) => onChange({ ...group, children: [...group.children, node] });
  const replace = (old: FilterNode, next: FilterNode | null) =>
    onChange({
      ...group,
      children: group.children.flatMap((child) => (child === old ? (next ? [next] : []) : [child])),
    });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a flex box in every browser
    <div
      role="group"
      aria-label={joins.find(({ value }) => value === join)?.label}
      className={cn("flex min-w-0 flex-col gap-2", depth > 0 && "rounded-md border bg-sunken p-2")}
    >
      {(group.children.length > 1 || depth > 0 || group.negated) && (
        <div className="flex items-center justify-between gap-2">
          <Select
            className="w-52"
            aria-label={t`How the conditions are joined`}
            value={join}
            options={joins}
            onValueChange={(value) =>
              onChange({ ...group, join: value.endsWith("or") ? "or" : "and", negated: value.startsWith("not") })
            }
          />
          {onRemove && <IconButton label={t`Remove the group`} icon={<X aria-hidden />} onClick={onRemove} />}
        </div>
      )}
      {group.children.map((child) =>
        child.kind === "group" ? (
          <GroupEditor
            key={child.id}
            group={child}
            depth={depth + 1}
            context={context}
            onChange={(next) => replace(child, next)}
            onRemove={() => replace(child, null)}
          />
        ) : child.kind === "condition" ? (
          <ConditionRow
            key={child.id}
            condition={child}
            context={context}
            onChange={(next) => replace(child, next)}
            onRemove={() => replace(child, null)}
          />
        ) : (
          <div key={child.id} className="flex min-w-0 items-center gap-1">
            <code className="min-w-0 flex-1 truncate rounded-md border bg-sunken px-2 py-1.5">
              {JSON.stringify(child.filter)}
            </code>
            <IconButton label={t`Remove the condition`} icon={<X aria-hidden />} onClick={() => replace(child, null)} />
          </div>
        ),
      )}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" icon={<Plus aria-hidden />} onClick={() => add(firstCondition(context))}>
          <Trans>Add condition</Trans>
        </Button>
        {depth < MAX_DEPTH && (
          <Button
            size="sm"
            variant="ghost"
            icon={<Plus aria-hidden />}
            onClick={() => add(newGroup(group.join === "and" ? "or" : "and", [firstCondition(context)]))}
          >
            <Trans>Add group</Trans>
          </Button>
        )}
      </div>
    </div>
  );
}

/** A condition on the first field, to be filled in. */
export function firstCondition({ collection, collections }: FilterContext): FilterNode {
  const path = collection.fields[0]?.name ?? "id";
  const field = fieldAt(path, collection, collections)?.field;
  const operator = field && operatorsOf(field)[0];
  return { ...newCondition(path, operator?.op ?? "_eq"), value: operator?.fixed };
}
