import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import { API_URL } from "../api/config.ts";
import { sessionToken } from "../api/token.ts";
import { useWorkspace } from "../api/workspace.ts";
import type { ApiCall } from "../schema/code-samples.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { confirm } from "../ui/confirm.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { SegmentedControl } from "../ui/segmented-control.tsx";
import { sendRequest, type TriedAnswer } from "./send-request.ts";

type Caller = "operator" | "view" | "key" | "nobody";

interface TryProps {
  /** Undefined: what was filled in cannot be sent. */
  readonly call: ApiCall | undefined;
  /** Parts of it that nobody has filled in yet. */
  readonly missing?: readonly string[];
}

/** Sends the request as somebody, and shows the answer as it came. */
export function TryIt({ call, missing = [] }: TryProps): ReactNode {
  const { t } = useLingui();
  const { slug } = useWorkspace();
  const [caller, setCaller] = useState<Caller>("operator");
  const [name, setName] = useState("");
  const run = useMutation({ mutationFn: (one: ApiCall) => sendRequest(...requestOf(one, slug, caller, name.trim())) });
  const start = async (): Promise<void> => {
    if (!call) return;
    if (call.method !== "GET" && !(await confirmed(call))) return;
    run.mutate(call);
  };
  const confirmed = ({ method, path }: ApiCall) =>
    confirm({
      title: t`Send ${method} ${path}?`,
      description: t`This is the real server: what the request changes is changed.`,
      confirmLabel: t`Send`,
      danger: method === "DELETE",
    });
  return (
    <Card title={t`Try it`}>
      <div className="flex flex-col gap-3">
        <Field label={t`As whom`}>
          <SegmentedControl
            value={caller}
            onValueChange={(next) => {
              setCaller(next);
              // A key is not shown as a name, nor sent as one.
              setName("");
            }}
            className="flex-wrap"
            options={[
              { value: "operator", label: t`You` },
              { value: "view", label: t`View as` },
              { value: "key", label: t`A key` },
              { value: "nobody", label: t`Nobody` },
            ]}
          />
        </Field>
        {caller === "view" && (
          <Field
            label={t`View as`}
            description={t`anonymous, role:NAME, user:ID or key:ID. It reads, and changes nothing.`}
          >
            <Input value={name} onChange={({ target }) => setName(target.value)} placeholder="anonymous" />
          </Field>
        )}
        {caller === "key" && (
          <Field label={t`Key`} description={t`It stays on this page, and is sent with the request alone.`}>
            <Input
              type="password"
              autoComplete="off"
              value={name}
              onChange={({ target }) => setName(target.value)}
              placeholder="sk_live_…"
            />
          </Field>
        )}
        {missing.length > 0 && (
          <p className="text-muted text-sm">
            <Trans>Fill in {missing.join(", ")} first.</Trans>
          </p>
        )}
        <Button
          variant="primary"
          className="self-start"
          icon={<Send aria-hidden />}
          pending={run.isPending}
          disabled={!call || missing.length > 0}
          onClick={() => void start()}
        >
          <Trans>Send request</Trans>
        </Button>
        {run.error && <ErrorState inline error={run.error} />}
        {run.data && <AnswerView answer={run.data} />}
      </div>
    </Card>
  );
}

/** The operator's own session is the browser's cookie; no other caller may get it along. */
function requestOf(
  { method, path, query = {}, body }: ApiCall,
  slug: string,
  caller: Caller,
  name: string,
): [url: string, init: RequestInit] {
  const asOperator = caller === "operator" || caller === "view";
  const within = path.startsWith("/api/") ? `/api/${asOperator ? "operator/" : ""}t/${slug}/${path.slice(5)}` : path;
  const search = new URLSearchParams(query).toString();
  const token = asOperator ? sessionToken() : undefined;
  const headers = {
    ...(body && { "content-type": "application/json" }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(caller === "view" && { "x-plinth-view-as": name || "anonymous" }),
    ...(caller === "key" && { "x-api-key": name }),
  };
  return [
    `${API_URL}${within}${search && `?${search}`}`,
    { method, headers, credentials: asOperator ? "same-origin" : "omit", ...(body && { body: JSON.stringify(body) }) },
  ];
}

function AnswerView({ answer }: { readonly answer: TriedAnswer }): ReactNode {
  const { t } = useLingui();
  const { status, ms, headers, body, cut } = answer;
  return (
    <section aria-label={t`The answer`} className="flex min-w-0 flex-col gap-2">
      <p role="status" className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={status < 300 ? "success" : status < 500 ? "warning" : "danger"}>{status}</Badge>
        <span className="text-muted">
          <Trans>in {ms.toFixed(0)} ms</Trans>
        </span>
        <CopyButton text={body} label={t`Copy answer`} />
      </p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        className="max-h-96 overflow-auto rounded-md border bg-sunken p-3 text-xs"
      >
        {body}
      </pre>
      {cut && (
        <p className="text-muted text-xs">
          <Trans>The rest is left out here.</Trans>
        </p>
      )}
      <details className="text-sm">
        <summary className="cursor-pointer">
          <Trans>Headers</Trans>
        </summary>
        <dl className="pt-1 text-xs">
          {headers.map(([header, value]) => (
            <div key={header} className="flex flex-wrap gap-x-2">
              <dt>
                <code>{header}</code>
              </dt>
              <dd className="break-all text-muted">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
