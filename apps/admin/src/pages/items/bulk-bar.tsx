import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { Field, JsonObject } from "@plinth/core";
import { Trash2, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field as FormField } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Select } from "../../ui/select.tsx";
import { BulkProgress } from "./bulk-progress.tsx";
import type { BulkTarget } from "./bulk-requests.ts";
import { ChangeForm, canChangeMany } from "./change-form.tsx";
import type { BulkWriting } from "./use-bulk-writes.ts";

export interface BulkBarProps {
  readonly fields: readonly Field[];
  /** Chosen one by one. */
  readonly chosen: ReadonlySet<string>;
  /** What the list shows: "all of them". */
  readonly filter: JsonObject | undefined;
  readonly bulk: BulkWriting;
  readonly onClear: () => void;
}

/** What can be done with the chosen items, or with all that the filter finds. Each says first how many there are. */
export function BulkBar({ fields, chosen, filter, bulk, onClear }: BulkBarProps) {
  const { t } = useLingui();
  const [all, setAll] = useState(false);
  const [editing, setEditing] = useState(false);
  const target: BulkTarget = all ? { filter } : { ids: [...chosen] };
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-lg border border-accent bg-selected px-3 py-2 text-sm">
      <span role="status" className="font-medium">
        {all ? (
          <Trans>All items of this list</Trans>
        ) : (
          <Plural value={chosen.size} one="# selected" other="# selected" />
        )}
      </span>
      {!all && (
        <Button size="sm" variant="link" onClick={() => setAll(true)}>
          {filter ? <Trans>Select all that the filter finds</Trans> : <Trans>Select all items</Trans>}
        </Button>
      )}
      <span className="ml-auto flex flex-wrap gap-2">
        <Button size="sm" disabled={bulk.pending} onClick={() => setEditing(true)}>
          <Trans>Change a field</Trans>
        </Button>
        <Button
          size="sm"
          variant="danger"
          icon={<Trash2 aria-hidden />}
          pending={bulk.pending && !editing}
          onClick={() => void bulk.remove(target)}
        >
          <Trans>Delete</Trans>
        </Button>
        <IconButton size="sm" label={t`Clear the selection`} icon={<X aria-hidden />} onClick={onClear} />
      </span>
      {!editing && <BulkProgress of={bulk} />}
      {editing && <ChangeDialog fields={fields} target={target} bulk={bulk} onClose={() => setEditing(false)} />}
    </div>
  );
}

interface ChangeDialogProps {
  readonly fields: readonly Field[];
  readonly target: BulkTarget;
  readonly bulk: BulkWriting;
  readonly onClose: () => void;
}

function ChangeDialog({ fields, target, bulk, onClose }: ChangeDialogProps) {
  const { t } = useLingui();
  const editable = fields.filter(canChangeMany);
  const [name, setName] = useState<string | null>(null);
  const field = editable.find((one) => one.name === name);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Change a field`}
      description={t`It gets the same value in all selected items.`}
    >
      <div className="flex flex-col gap-3">
        <FormField label={t`Field`}>
          <Select
            value={name}
            options={editable.map((one) => ({ value: one.name, label: one.name }))}
            onValueChange={setName}
          />
        </FormField>
        {field && (
          <ChangeForm key={field.name} field={field} label={t`Value`} target={target} bulk={bulk} onDone={onClose} />
        )}
      </div>
    </Dialog>
  );
}
