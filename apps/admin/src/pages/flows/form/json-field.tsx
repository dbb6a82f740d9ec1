import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useState } from "react";
import { isJson, isJsonObject } from "../../../data/json-text.ts";
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
  const [typed, setTyped] = useState({ text: textOf(value), value });
  // What is changed elsewhere, such as by undoing, takes the place of the text.
  const isTyped = JSON.stringify(typed.value) === JSON.stringify(value);
  const text = isTyped ? typed.text : textOf(value);
  const field = at.join(".");
  const isWrong = text.trim() === "" ? isObject : !(isObject ? isJsonObject(text) : isJson(text));
  const { setUnreadable } = draft;
  useEffect(() => {
    setUnreadable(field, isWrong);
    return () => setUnreadable(field, false);
  }, [field, isWrong, setUnreadable]);
  const type = (next: string) => {
    const isEmpty = next.trim() === "";
    if (isEmpty ? isObject : !(isObject ? isJsonObject(next) : isJson(next))) return setTyped({ text: next, value });
    const read: unknown = isEmpty ? undefined : JSON.parse(next);
    setTyped({ text: next, value: read });
    onValue(read);
  };
  return (
    <Field
      label={label}
      description={description}
      required={required ?? false}
      error={isWrong ? (isObject ? t`This is not a JSON object.` : t`This is not JSON.`) : error}
    >
      <CodeEditor language="json" value={text} onValueChange={type} className="min-h-20" />
    </Field>
  );
}

const textOf = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value, null, 2));
