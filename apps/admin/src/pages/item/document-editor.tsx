import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";

interface DocumentEditorProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly problem: string | undefined;
  readonly readOnly?: boolean;
}

/** The whole object of an item in a collection of documents. */
export function DocumentEditor({ text, onText, problem, readOnly = false }: DocumentEditorProps): ReactNode {
  const { t } = useLingui();
  return (
    <Field label={t`Document`} error={problem}>
      <CodeEditor language="json" value={text} onValueChange={onText} readOnly={readOnly} />
    </Field>
  );
}
