import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type Json, type JsonObject } from "@plinth/core";
import { Trash2, X } from "lucide-react";
import { useRef, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { operatorsOf } from "../../filter/operators.ts";
import { ValueEditor } from "../../filter/value-editor.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field as FormField } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Select } from "../../ui/select.tsx";
import { toast } from "../../ui/toast.ts";
import { isEditable } from "./cell-value.ts";
import { FILE_PATIENCE_MS, isUnknown, sendWrite } from "./send-write.ts";

/** Items of one bulk write (docs/limits.md). */
const BULK_LIMIT = 10_000;

export interface BulkBarProps {
  readonly slug: string;
  readonly fields: readonly Field[];
  /** Chosen one by one. */
  readonly chosen: ReadonlySet<string>;
  /** What the list shows: "all of them". */
  readonly filter: JsonObject | undefined;
  readonly onDone: () => void;
  readonly onClear: () => void;
  /** Remembers the write, so that it can be undone. */
  readonly remember: (requestId: string | undefined) => void;
  readonly undo: (requestId: string) => Promise<void>;
}

interface BulkAnswer {
  readonly data: { readonly matched: number; readonly updated?: number; readonly deleted?: number };
}

/** What can be done with the chosen items, or with all that the filter finds. Each says first how many there are. */
export function BulkBar({ slug, fields, chosen, filter, onDone, onClear, remember, undo }: BulkBarProps) {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [all, setAll] = useState(false);
  const [editing, setEditing] = useState(false);
  const [pending, setPending] = useState(false);
  /** A write is on its way, so that no answer does not mean that nothing was changed. */
  const begun = useRef(false);
  const target: JsonObject = all ? (filter ?? {}) : { id: { _in: [...chosen] } };

  const bulk = async (method: "PATCH" | "DELETE", dryRun: boolean, body?: JsonObject) => {
    const query = {
      filter: JSON.stringify(target),
      limit: String(BULK_LIMIT),
      dry_run: String(dryRun),
      ...(all && !filter && { all: "true" }),
    };
    const path = `api/items/${encodeURIComponent(slug)}`;
    begun.current = !dryRun;
    const { answer, requestId } = await sendWrite<BulkAnswer>(
      client,
      { method, path, query, patienceMs: FILE_PATIENCE_MS, ...(body && { body }) },
      dryRun ? 3 : 1,
    );
    if (!dryRun) remember(requestId);
    return { ...answer.data, requestId };
  };
  const run = async (work: () => Promise<void>) => {
    setPending(true);
    try {
      await work();
    } catch (error) {
      const unknown = begun.current && isUnknown(error);
      toast.error(unknown ? t`It is not known whether the items were changed` : t`Nothing was changed`, {
        description: error instanceof Error ? error.message : String(error),
      });
      // Whatever came of it is what the list shows.
      if (unknown) onDone();
    } finally {
      setPending(false);
    }
  };
  /** Of this write, whatever was written since. */
  const undoing = (requestId: string | undefined) =>
    requestId === undefined ? {} : { action: { label: t`Undo`, onClick: () => void undo(requestId) } };
  const remove = () =>
    run(async () => {
      const { matched } = await bulk("DELETE", true);
      const sure = await confirm({
        title: plural(matched, { one: "Delete # item?", other: "Delete # items?" }),
        description: t`You can undo it as long as the change log keeps the change.`,
        confirmLabel: t`Delete`,
        danger: true,
      });
      if (!sure) return;
      const { deleted = 0, requestId } = await bulk("DELETE", false);
      toast.success(plural(deleted, { one: "# item deleted", other: "# items deleted" }), undoing(requestId));
      onDone();
    });
  const change = (patch: JsonObject) =>
    run(async () => {
      const { matched } = await bulk("PATCH", true, patch);
      const sure = await confirm({
        title: plural(matched, { one: "Change # item?", other: "Change # items?" }),
        confirmLabel: t`Change`,
      });
      if (!sure) return;
      const { updated = 0, requestId } = await bulk("PATCH", false, patch);
      setEditing(false);
      toast.success(plural(updated, { one: "# item changed", other: "# items changed" }), undoing(requestId));
      onDone();
    });
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
        <Button size="sm" disabled={pending} onClick={() => setEditing(true)}>
          <Trans>Change a field</Trans>
        </Button>
        <Button
          size="sm"
          variant="danger"
          icon={<Trash2 aria-hidden />}
          pending={pending}
          onClick={() => void remove()}
        >
          <Trans>Delete</Trans>
        </Button>
        <IconButton size="sm" label={t`Clear the selection`} icon={<X aria-hidden />} onClick={onClear} />
      </span>
      {editing && (
        <ChangeDialog
          fields={fields}
          pending={pending}
          onClose={() => setEditing(false)}
          onChange={(patch) => void change(patch)}
        />
      )}
    </div>
  );
}

interface ChangeDialogProps {
  readonly fields: readonly Field[];
  readonly pending: boolean;
  readonly onClose: () => void;
  readonly onChange: (patch: JsonObject) => void;
}

function ChangeDialog({ fields, pending, onClose, onChange }: ChangeDialogProps) {
  const { t } = useLingui();
  const editable = fields.filter((field) => isEditable(field) && fieldType(field).kind !== "json");
  const [name, setName] = useState<string | null>(null);
  const [value, setValue] = useState<Json | undefined>();
  const field = editable.find((one) => one.name === name);
  const operator = field && operatorsOf(field).find(({ op }) => op === "_eq");
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t`Change a field`}
      description={t`It gets the same value in all selected items.`}
      footer={
        <>
          <Button
            disabled={!field || field.required || pending}
            onClick={() => field && onChange({ [field.name]: null })}
          >
            <Trans>Empty it</Trans>
          </Button>
          <Button
            variant="primary"
            disabled={!field || value === undefined}
            pending={pending}
            onClick={() => field && value !== undefined && onChange({ [field.name]: value })}
          >
            <Trans>Change</Trans>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <FormField label={t`Field`}>
          <Select
            value={name}
            options={editable.map((one) => ({ value: one.name, label: one.name }))}
            onValueChange={(next) => {
              setName(next);
              setValue(undefined);
            }}
          />
        </FormField>
        {field && operator && (
          <ValueEditor
            key={field.name}
            field={field}
            operator={operator}
            value={value}
            inside={false}
            inRules={false}
            onChange={setValue}
          />
        )}
      </div>
    </Dialog>
  );
}
