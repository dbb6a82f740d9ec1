import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import type { ReactNode } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";

interface RunnerProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly variables: string;
  readonly onVariables: (text: string) => void;
}

/** What is refused stands in the answer, beside what is not, so all of it is shown as it came. */
export function DocumentRunner({ text, onText, variables, onVariables }: RunnerProps): ReactNode {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const given = objectIn(variables);
  const run = useMutation({
    mutationFn: async (query: string) => {
      const response = await client.request("api/graphql", { method: "POST", body: { query, variables: given ?? {} } });
      return JSON.stringify(await response.json(), null, 2);
    },
  });
  const start = (): void => {
    if (given && text.trim() !== "" && !run.isPending) run.mutate(text);
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
      <Card>
        <div className="flex flex-col gap-3">
          <CodeEditor
            aria-label={t`Document`}
            language="javascript"
            value={text}
            onValueChange={onText}
            onSubmit={start}
            className="min-h-64"
          />
          <CodeEditor
            aria-label={t`Variables`}
            language="json"
            value={variables}
            onValueChange={onVariables}
            onSubmit={start}
            className="min-h-16"
          />
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
        </div>
      </Card>
      <Card>
        {run.error ? (
          <ErrorState error={run.error} inline />
        ) : (
          <CodeEditor aria-label={t`Answer`} language="json" value={run.data ?? ""} readOnly className="min-h-64" />
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
