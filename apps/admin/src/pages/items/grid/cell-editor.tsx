import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type Json } from "@plinth/core";
import { type KeyboardEvent, useRef, useState } from "react";
import { ItemPicker } from "../../../data/item-picker.tsx";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { CodeEditor } from "../../../ui/code-editor.tsx";
import { fromLocalInput, toLocalInput } from "../../../ui/date-time-value.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field as FormField } from "../../../ui/field.tsx";
import { Textarea } from "../../../ui/textarea.tsx";
import { cellText, readCell } from "../cell-value.ts";

/** Where the focus goes afterwards. */
export type After = "stay" | "down" | "next" | "previous";

export interface CellEditorProps {
  readonly field: Field;
  readonly value: Json | undefined;
  /** What was typed to begin with, in place of the value. */
  readonly typed: string | undefined;
  readonly onSave: (value: Json, after: After) => void;
  readonly onCancel: () => void;
  /** The editor was left with a text that is no value of the field, and why. */
  readonly onRefuse: (text: string, reason: string) => void;
}

/** In the cell where the value is short; in a dialog where it is not. */
export function CellEditor(props: CellEditorProps) {
  const { field, value } = props;
  const { kind } = fieldType(field);
  const isLong = field.type === "longtext" || (typeof value === "string" && value.includes("\n"));
  if (kind === "json" || kind === "reference" || isLong) return <DialogEditor {...props} />;
  return field.values ? <ChoiceEditor {...props} values={field.values} /> : <LineEditor {...props} />;
}

const lineStyle = "h-full w-full border-0 bg-raised px-2 text-ink text-sm outline-2 outline-focus -outline-offset-2";

const AFTER: Readonly<Record<string, After>> = { Enter: "down", Tab: "next" };

function LineEditor({ field, value, typed, onSave, onCancel, onRefuse }: CellEditorProps) {
  const { t } = useLingui();
  const { kind, storage } = fieldType(field);
  const isInstant = kind === "time" && storage === "timestamp";
  const initial = isInstant ? toLocalInput(cellText(value)) : cellText(value);
  // The browser's pickers take no text to begin with.
  const [text, setText] = useState(kind === "time" ? initial : (typed ?? initial));
  const [wrong, setWrong] = useState(false);
  const reason = t`${field.name}: this is no ${field.type}.`;
  // The focus leaves when the editor closes, and that must not save again.
  const closed = useRef(false);
  const save = (after: After): boolean => {
    // What nobody has changed stays as it is: a local time may be two instants.
    const read =
      text === initial ? { value: value ?? null } : readCell(isInstant ? (fromLocalInput(text) ?? "") : text, field);
    if ("error" in read) {
      setWrong(true);
      return false;
    }
    closed.current = true;
    onSave(read.value, after);
    return true;
  };
  const cancel = () => {
    closed.current = true;
    onCancel();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const after = AFTER[event.key];
    if (event.key === "Escape") cancel();
    else if (after) save(after === "next" && event.shiftKey ? "previous" : after);
    else return;
    event.preventDefault();
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the cell that was opened for editing
      autoFocus
      aria-label={field.name}
      aria-invalid={wrong}
      title={wrong ? reason : undefined}
      type={isInstant ? "datetime-local" : kind === "time" ? "date" : "text"}
      step={isInstant ? 0.001 : undefined}
      inputMode={kind === "number" ? "decimal" : undefined}
      className={cn(lineStyle, wrong && "bg-danger-soft outline-danger")}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        setWrong(false);
      }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        if (closed.current || save("stay")) return;
        closed.current = true;
        onRefuse(text, reason);
      }}
    />
  );
}

function ChoiceEditor({ field, value, onSave, onCancel, values }: CellEditorProps & { values: readonly string[] }) {
  return (
    <select
      // biome-ignore lint/a11y/noAutofocus: the cell that was opened for editing
      autoFocus
      aria-label={field.name}
      className={lineStyle}
      defaultValue={cellText(value)}
      onChange={(event) => onSave(event.target.value === "" ? null : event.target.value, "stay")}
      onBlur={onCancel}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") onCancel();
      }}
    >
      {!field.required && <option value="">–</option>}
      {values.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}

function DialogEditor({ field, value, typed, onSave, onCancel }: CellEditorProps) {
  const { kind } = fieldType(field);
  const isJson = kind === "json";
  const [text, setText] = useState(typed ?? (isJson && value ? JSON.stringify(value, null, 2) : cellText(value)));
  const read = readCell(text, field);
  const save = () => {
    if (!("error" in read)) onSave(read.value, "stay");
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onCancel()}
      title={field.name}
      size="md"
      footer={
        <>
          <Button onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
          <Button variant="primary" disabled={"error" in read} onClick={save}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      {/* Keys of the dialog are not the grid's. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only keeps keys from the grid */}
      <div onKeyDown={(event) => event.stopPropagation()}>
        <FormField label={field.name} hideLabel description={field.note}>
          {isJson ? (
            <CodeEditor language="json" value={text} onValueChange={setText} onSubmit={save} />
          ) : kind === "reference" && field.to !== undefined ? (
            <ItemPicker
              collection={field.to}
              value={text === "" ? null : text}
              clearable={!field.required}
              onValueChange={(id) => setText(id ?? "")}
            />
          ) : (
            <Textarea
              rows={8}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
              }}
            />
          )}
        </FormField>
      </div>
    </Dialog>
  );
}
