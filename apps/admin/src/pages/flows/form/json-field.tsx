import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { isJson, isJsonObject } from "../../../data/json-text.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeEditor } from "../../../ui/code-editor.tsx";
import { Field } from "../../../ui/field.tsx";
import type { Path } from "../draft/tree.ts";
import type { FlowDraft } from "../draft/use-flow-draft.ts";

interface JsonFieldProps {
  readonly draft: FlowDraft;
  /** Where it stands in the flow. */
  readonly at: Path;
  readonly label: string;
  readonly description?: ReactNode;
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly value: unknown;
  /** Nothing but an object counts. */
  readonly isObject?: boolean;
  /** Empty: undefined. */
  readonly onValue: (value: unknown) => void;
}

/** A value of a flow as JSON. While its text cannot be read, nothing is deployed. */
export function JsonField(props: JsonFieldProps): ReactNode {
  const { draft, at, label, description, error, required, value, isObject = false, onValue } = props;
  const { t } = useLingui();
  const { unreadable, setUnreadable } = draft;
  const [typed, setTyped] = useState({ text: textOf(value), value });
  const field = at.join(".");
  // What cannot be read stays with the draft, so that no other tab or node loses it.
  const kept = unreadable.get(field);
  // What is changed elsewhere, such as by undoing, takes the place of the text.
  const isTyped = JSON.stringify(typed.value) === JSON.stringify(value);
  const type = (next: string) => {
    const isEmpty = next.trim() === "";
    if (isEmpty ? isObject : !(isObject ? isJsonObject(next) : isJson(next))) return setUnreadable(field, next);
    const read: unknown = isEmpty ? undefined : JSON.parse(next);
    setUnreadable(field, undefined);
    setTyped({ text: next, value: read });
    onValue(read);
  };
  return (
    <Field
      label={label}
      description={description}
      required={required ?? false}
      error={kept === undefined ? error : isObject ? t`This is not a JSON object.` : t`This is not JSON.`}
      aside={kept !== undefined && <TakeBack onTakeBack={() => setUnreadable(field, undefined)} />}
    >
      <CodeEditor
        language="json"
        value={kept ?? (isTyped ? typed.text : textOf(value))}
        onValueChange={type}
        className="min-h-20"
      />
    </Field>
  );
}

/** Gives a field the value back that it had before its text could not be read. */
export function TakeBack({ onTakeBack }: { readonly onTakeBack: () => void }): ReactNode {
  return (
    <Button variant="link" size="sm" onClick={onTakeBack}>
      <Trans>Back to what could be read</Trans>
    </Button>
  );
}

const textOf = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value, null, 2));
