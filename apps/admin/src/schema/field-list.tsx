import { Trans, useLingui } from "@lingui/react/macro";
import { fieldType, isBuiltInField, type SystemCollection } from "@plinth/core";
import { EllipsisVertical, Pencil, Plus, RotateCcw, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, type BadgeProps } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { DropdownMenu } from "../ui/dropdown-menu.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import type { MenuEntry } from "../ui/menu-entries.tsx";
import { type Draft, type DraftField, type FieldState, stateOf, withFieldReset, withoutField } from "./draft.ts";
import { FIELD_LOOKS } from "./field-looks.ts";
import { NEW_FIELD } from "./field-sheet.tsx";
import { fieldWords } from "./field-words.ts";

interface FieldListProps {
  readonly draft: Draft;
  readonly system?: SystemCollection | undefined;
  /** Where adding a field is not the main action. */
  readonly quiet?: boolean;
  readonly onDraft: (draft: Draft) => void;
  readonly onOpen: (name: string) => void;
  /** Asks before a field with values is marked to be deleted. */
  readonly onDelete?: (field: DraftField) => Promise<boolean>;
  /** Messages of the server, by the key of their field. */
  readonly refused?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The fields of a draft, each with what Apply will do. */
export function FieldList({
  draft,
  system,
  quiet = false,
  onDraft,
  onOpen,
  onDelete,
  refused = {},
}: FieldListProps): ReactNode {
  const { t } = useLingui();
  // A draft waits to be applied, which then is.
  const isMain = !quiet && draft.fields.every((one) => stateOf(one) === "same");
  const add = (
    <Button variant={isMain ? "primary" : "secondary"} icon={<Plus aria-hidden />} onClick={() => onOpen(NEW_FIELD)}>
      <Trans>Add field</Trans>
    </Button>
  );
  if (draft.fields.length === 0) {
    return (
      <EmptyState title={t`No fields yet`} actions={add} className="rounded-lg border border-dashed">
        <Trans>
          A field is a column: each item can have a value for it. Every item has an id, times, an owner and a version
          already.
        </Trans>
      </EmptyState>
    );
  }
  const remove = async (one: DraftField) => {
    if (one.before && onDelete && !(await onDelete(one))) return;
    onDraft(withoutField(draft, one.key));
  };
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label={t`Fields`} className="divide-y overflow-hidden rounded-lg border bg-surface">
        {draft.fields.map((one) => (
          <FieldRow
            key={one.key}
            one={one}
            isBuiltIn={system !== undefined && isBuiltInField(system, one.field.name)}
            problem={Object.values(refused[one.key] ?? {})[0]}
            onEdit={() => onOpen(one.field.name)}
            onDelete={() => void remove(one)}
            onReset={() => onDraft(withFieldReset(draft, one.key))}
          />
        ))}
      </ul>
      <div>{add}</div>
    </div>
  );
}

interface FieldRowProps {
  readonly one: DraftField;
  readonly isBuiltIn: boolean;
  readonly problem: string | undefined;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  readonly onReset: () => void;
}

function FieldRow({ one, isBuiltIn, problem, onEdit, onDelete, onReset }: FieldRowProps): ReactNode {
  const { t } = useLingui();
  const { field } = one;
  const state = stateOf(one);
  const { icon: Icon, label } = FIELD_LOOKS[field.type];
  const entries: MenuEntry[] = [
    { label: t`Edit`, icon: <Pencil aria-hidden />, onSelect: onEdit, disabled: state === "deleted" },
    ...(one.before && state !== "same"
      ? [{ label: t`Take the change back`, icon: <RotateCcw aria-hidden />, onSelect: onReset }]
      : []),
    ...(state === "deleted"
      ? []
      : [{ label: t`Delete`, icon: <Trash2 aria-hidden />, onSelect: onDelete, danger: true }]),
  ];
  const content = (
    <>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className={cn("break-all font-medium", state === "deleted" && "line-through")}>{field.name}</span>
          <span className="text-muted text-xs">{t(label)}</span>
          <StateBadge state={state} />
          {isBuiltIn && (
            <Badge>
              <Trans>Built in</Trans>
            </Badge>
          )}
          {field.indexed && fieldType(field).kind !== "list" && (
            <Badge>
              <Trans>Indexed</Trans>
            </Badge>
          )}
        </span>
        <span className="block text-muted text-xs">{fieldWords(field).join(" · ")}</span>
        {field.note && <span className="block text-xs">{field.note}</span>}
        {problem !== undefined && <span className="block text-danger-ink text-xs">{problem}</span>}
      </span>
    </>
  );
  const shape = "flex min-w-0 flex-1 items-start gap-3 py-2.5 pr-1 pl-3 text-left";
  return (
    <li className="flex items-center gap-1 pr-2">
      {isBuiltIn || state === "deleted" ? (
        <div className={shape}>{content}</div>
      ) : (
        <button type="button" className={cn(shape, "hover:bg-hover focus-visible:-outline-offset-2")} onClick={onEdit}>
          {content}
        </button>
      )}
      {!isBuiltIn && (
        <DropdownMenu
          entries={entries}
          trigger={
            <IconButton size="sm" label={t`Actions for ${field.name}`} icon={<EllipsisVertical aria-hidden />} />
          }
        />
      )}
    </li>
  );
}

const TONES: Readonly<Record<Exclude<FieldState, "same">, BadgeProps["tone"]>> = {
  new: "success",
  changed: "info",
  deleted: "danger",
};

function StateBadge({ state }: { readonly state: FieldState }): ReactNode {
  if (state === "same") return null;
  return (
    <Badge tone={TONES[state]}>
      {state === "new" && <Trans>New</Trans>}
      {state === "changed" && <Trans>Changed</Trans>}
      {state === "deleted" && <Trans>Will be deleted</Trans>}
    </Badge>
  );
}
