import { Trans, useLingui } from "@lingui/react/macro";
import { Play } from "lucide-react";
import type { ReactNode } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import type { TypedDocument } from "./typed-document.ts";
import type { useDocumentRun } from "./use-document-run.ts";

interface RunnerProps {
  readonly typed: TypedDocument;
  readonly onChange: (change: Partial<TypedDocument>) => void;
  readonly run: ReturnType<typeof useDocumentRun>;
}

/** A document with its variables, and what came of it. */
export function DocumentRunner({ typed: { text, variables }, onChange, run }: RunnerProps): ReactNode {
  const { t } = useLingui();
  const { viewing } = useWorkspace();
  const given = objectIn(variables);
  const start = (): void => {
    if (given && text.trim() !== "" && !run.isPending) run.mutate({ query: text, variables: given });
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
      <Card>
        <div className="flex flex-col gap-3">
          <Field label={t`Document`}>
            <CodeEditor
              language="graphql"
              value={text}
              onValueChange={(next) => onChange({ text: next })}
              onSubmit={start}
              className="min-h-64"
            />
          </Field>
          <Field
            label={t`Variables`}
            error={given ? undefined : t`Write a JSON object with a value for each variable, or leave this empty.`}
          >
            <CodeEditor
              language="json"
              value={variables}
              onValueChange={(next) => onChange({ variables: next })}
              onSubmit={start}
              className="min-h-16"
            />
          </Field>
          <Toolbar label={t`Run`}>
            <Button
              variant="primary"
              icon={<Play aria-hidden />}
              pending={run.isPending}
              disabled={!given || text.trim() === ""}
              onClick={start}
            >
              <Trans>Run</Trans>
            </Button>
            <Kbd keys="mod+enter" className="max-xl:hidden" />
          </Toolbar>
          {viewing !== undefined && (
            <p className="text-muted text-sm">
              <Trans>As somebody else you can only read: mutations are refused.</Trans>
            </p>
          )}
        </div>
      </Card>
      <Card>
        {run.error ? (
          <ErrorState error={run.error} inline />
        ) : (
          <Field label={t`Answer`}>
            <CodeEditor language="json" value={run.data ?? ""} readOnly className="min-h-64" />
          </Field>
        )}
      </Card>
    </div>
  );
}

/** Undefined where the text is no JSON object. */
function objectIn(text: string): object | undefined {
  try {
    const value = JSON.parse(text.trim() === "" ? "{}" : text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
