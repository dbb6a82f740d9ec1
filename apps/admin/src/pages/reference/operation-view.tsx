import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useState } from "react";
import { samplesOf } from "../../schema/code-samples.ts";
import { useApiAddress } from "../../schema/use-api-address.ts";
import { TryIt } from "../../try/try-it.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { callOf, type Filled, missingIn } from "./call.ts";
import { MethodBadge } from "./method-badge.tsx";
import {
  exampleOf,
  type OpenApiDocument,
  type Operation,
  type SchemaLine,
  schemaLines,
  typeName,
} from "./operations.ts";
import { Prose } from "./prose.tsx";
import { SchemaTable } from "./schema-table.tsx";

interface ViewProps {
  readonly operation: Operation;
  readonly document: OpenApiDocument;
  readonly onBack: () => void;
}

/** One route: what it takes and answers, its code, and a way to call it. */
export function OperationView({ operation, document, onBack }: ViewProps): ReactNode {
  const { t } = useLingui();
  const { method, path, summary, parameters, body, answer, errors } = operation;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [text, setText] = useState(() => (body ? JSON.stringify(exampleOf(body, document), null, 2) : ""));
  const address = useApiAddress();
  const filled: Filled = { values, body: text };
  const { call, problem } = attempt(operation, filled);
  const open = parameters.filter((one) => one.in !== "header");
  return (
    <article className="flex min-w-0 flex-col gap-4" aria-labelledby="operation">
      <header>
        <Button variant="ghost" size="sm" icon={<ArrowLeft aria-hidden />} onClick={onBack} className="-ml-2 lg:hidden">
          <Trans>All routes</Trans>
        </Button>
        <h2 id="operation" className="font-semibold text-lg">
          {summary}
        </h2>
        <p className="flex flex-wrap items-center gap-2 pt-1">
          <MethodBadge method={method} />
          <code className="break-all text-sm">{path}</code>
        </p>
      </header>
      {(open.length > 0 || body) && (
        <Card title={t`Request`}>
          <div className="flex flex-col gap-3">
            {open.map((parameter) => (
              <Field
                key={`${parameter.in} ${parameter.name}`}
                label={<code>{parameter.name}</code>}
                aside={
                  <span className="text-muted text-xs">{parameter.schema && typeName(parameter.schema, document)}</span>
                }
                description={parameter.description && <Prose text={parameter.description} />}
                required={parameter.required ?? false}
              >
                <Input
                  value={values[parameter.name] ?? ""}
                  onChange={({ target }) => setValues({ ...values, [parameter.name]: target.value })}
                />
              </Field>
            ))}
            {body && (
              <Field label={t`Body`} error={problem}>
                <CodeEditor language="json" value={text} onValueChange={setText} />
              </Field>
            )}
          </div>
        </Card>
      )}
      {body && <SchemaTable title={t`Fields of the body`} lines={schemaLines(body, document).filter(isSettable)} />}
      {call && (
        <Card title={t`Code`}>
          <CodeBlock label={summary} samples={samplesOf(call, address)} />
        </Card>
      )}
      <TryIt call={call} missing={missingIn(operation, filled)} />
      <SchemaTable title={t`Answer`} lines={schemaLines(answer, document)} />
      <p className="text-muted text-sm">
        <Trans>Statuses of errors: {errors.join(", ")}</Trans>
      </p>
    </article>
  );
}

/** What the server sets itself is accepted in a body as anything, so that its own answers are. */
function isSettable({ type, required, description }: SchemaLine): boolean {
  return type !== "any" || required || description !== "";
}

function attempt(operation: Operation, filled: Filled) {
  try {
    return { call: callOf(operation, filled), problem: undefined };
  } catch (error) {
    return { call: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
