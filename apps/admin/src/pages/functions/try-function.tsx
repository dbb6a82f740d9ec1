import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { type ApiCall, samplesOf } from "../../schema/code-samples.ts";
import { useApiAddress } from "../../schema/use-api-address.ts";
import { TryIt } from "../../try/try-it.tsx";
import { Card } from "../../ui/card.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import type { WholeFunction } from "./deployed.ts";

/** Calls the function as somebody, and shows the call as code. */
export function TryFunction({ stored: { name, http } }: { readonly stored: WholeFunction }): ReactNode {
  const { t } = useLingui();
  const address = useApiAddress();
  const [method, setMethod] = useState(http.methods.includes("POST") ? "POST" : http.methods[0]!);
  const [path, setPath] = useState("");
  const [text, setText] = useState("{}");
  const { call, problem } = callOf(name, { method, path, text });
  return (
    <div className="flex flex-col gap-4 pt-4">
      <Card title={t`Request`}>
        <div className="flex flex-col gap-3">
          <Field label={t`Method`}>
            <Select
              value={method}
              onValueChange={setMethod}
              options={http.methods.map((one) => ({ value: one, label: one }))}
              className="max-w-40"
            />
          </Field>
          <Field label={t`Path behind the name`}>
            <Input value={path} onChange={({ target }) => setPath(target.value)} spellCheck={false} />
          </Field>
          {method !== "GET" && (
            <Field label={t`Body`} error={problem}>
              <CodeEditor language="json" value={text} onValueChange={setText} />
            </Field>
          )}
        </div>
      </Card>
      <TryIt call={call} />
      {call && (
        <Card title={t`Code`}>
          <CodeBlock label={name} samples={samplesOf(call, address)} />
        </Card>
      )}
    </div>
  );
}

interface Tried {
  readonly method: string;
  readonly path: string;
  readonly text: string;
}

function callOf(name: string, { method, path, text }: Tried): { readonly call?: ApiCall; readonly problem?: string } {
  try {
    const body = method === "GET" || text.trim() === "" ? undefined : (JSON.parse(text) as object);
    const behind = path.split("/").filter(Boolean);
    const options = {
      ...(method !== "POST" && { method }),
      ...(path && { path: behind.join("/") }),
      ...(body && { body }),
    };
    const call = {
      method: method as ApiCall["method"],
      path: `/api/functions/${[name, ...behind.map(encodeURIComponent)].join("/")}`,
      ...(body && { body }),
      client: `client.functions.request(${JSON.stringify(name)}, ${JSON.stringify(options)})`,
    };
    return { call };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
