import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useEffect, useState } from "react";
import * as z from "zod";
import { useWorkspace } from "../../api/workspace.ts";
import { useSearchState } from "../../app/search-state.ts";
import { useCollections } from "../../data/collections.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { Select } from "../../ui/select.tsx";
import { Time } from "../../ui/time.tsx";

const address = z.object({ listen: z.string().optional() });

interface Heard {
  readonly serial: number;
  readonly at: number;
  readonly event: Record<string, unknown>;
}

/** Older events leave the page. */
const MOST_HEARD = 100;

/** Shows the events of a collection as they come, as an administrator sees them. */
export function Listener(): ReactNode {
  const { t } = useLingui();
  const { data: collections = [] } = useCollections();
  const [{ listen }, setAddress] = useSearchState(address);
  const { heard, error, state } = useEvents(listen);
  return (
    <Card
      title={t`Listen`}
      description={t`See what a program that follows a collection receives.`}
      actions={
        <div className="flex items-center gap-2">
          {listen && (
            <Badge tone={state === "live" ? "success" : "neutral"}>{state === "live" ? t`Live` : t`Connecting`}</Badge>
          )}
          <Select
            aria-label={t`Collection`}
            placeholder={t`Choose a collection`}
            value={listen ?? null}
            onValueChange={(next) => setAddress({ listen: next })}
            options={collections.map(({ slug }) => ({ value: slug, label: slug }))}
          />
          {listen && (
            <Button onClick={() => setAddress({ listen: undefined })}>
              <Trans>Stop</Trans>
            </Button>
          )}
        </div>
      }
    >
      {error && <ErrorState inline error={error} />}
      {!listen && (
        <p className="text-muted text-sm">
          <Trans>Choose a collection, and change an item of it in another tab.</Trans>
        </p>
      )}
      {listen && heard.length === 0 && !error && (
        <p role="status" className="text-muted text-sm">
          <Trans>Nothing has happened since you listen.</Trans>
        </p>
      )}
      <ol aria-live="polite" className="flex max-h-96 flex-col gap-2 overflow-y-auto">
        {heard.map(({ serial, at, event }) => (
          <li key={serial} className="rounded-md border p-2 text-sm">
            <p className="flex items-center gap-2 pb-1">
              <Badge tone="info">{String(event.event)}</Badge>
              <Time value={at} className="text-muted" />
            </p>
            <JsonView value={event as never} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function useEvents(collection: string | undefined) {
  const { client } = useWorkspace();
  const [heard, setHeard] = useState<readonly Heard[]>([]);
  const [error, setError] = useState<Error>();
  const [state, setState] = useState("connecting");
  useEffect(() => {
    setHeard([]);
    setError(undefined);
    if (collection === undefined) return;
    let serial = 0;
    const subscription = client
      .from(collection)
      .subscribe({ onError: setError, onState: setState }, (event) =>
        setHeard((before) =>
          [{ serial: ++serial, at: Date.now(), event: { ...event } }, ...before].slice(0, MOST_HEARD),
        ),
      );
    subscription.ready.catch(() => undefined);
    return () => subscription.close();
  }, [client, collection]);
  return { heard, error, state };
}
