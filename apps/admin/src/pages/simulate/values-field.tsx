import { Trans } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { readValues } from "./question.ts";

interface ValuesFieldProps {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** Values as JSON. They are asked about when somebody says so, not with every letter. */
export function ValuesField({ label, text, onText }: ValuesFieldProps): ReactNode {
  const [typed, setTyped] = useState(text);
  const [problem, setProblem] = useState<string>();
  const ask = () => {
    const read = readValues(typed);
    setProblem(read.problem);
    if (read.problem === undefined) onText(typed);
  };
  return (
    <div className="flex flex-col items-stretch gap-2">
      <Field label={label} error={problem}>
        <CodeEditor
          language="json"
          value={typed}
          onValueChange={setTyped}
          onSubmit={ask}
          placeholder={'{"title": "Hello"}'}
        />
      </Field>
      <Button className="self-start" disabled={typed === text} onClick={ask}>
        <Trans>Check these values</Trans>
      </Button>
    </div>
  );
}
