import { Trans, useLingui } from "@lingui/react/macro";
import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiGet, useApiMutation } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Spinner } from "../../../ui/spinner.tsx";

interface KeyCardProps {
  readonly slug: string;
  /** A rule lets everybody read some of it; undefined while the rules are read. */
  readonly isReadable: boolean | undefined;
  readonly onKey: (key: string) => void;
}

interface MadeKey {
  readonly id: string;
  readonly key: string;
}

/** A key for pages and apps, and whether somebody has used it yet. */
export function KeyCard({ slug, isReadable, onKey }: KeyCardProps): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const [made, setMade] = useState<MadeKey>();
  const open = useApiMutation({
    run: (api) => api.post("permissions", { role: "public", collection: slug, action: "read" }),
    changes: ["permissions"],
  });
  const make = useApiMutation({
    run: (api) => api.post<MadeKey>("keys", { name: t`Reads ${slug}`, kind: "publishable" }),
    changes: ["keys"],
    onDone: (key) => {
      setMade(key);
      onKey(key.key);
    },
  });
  if (!rights.administer) return null;
  if (made) return <MadeCard made={made} />;
  return (
    <Card title={isReadable === false ? t`Who may read it` : t`A key for it`}>
      <div className="flex flex-col items-start gap-3 text-sm">
        {isReadable === false ? (
          <>
            <p>
              <Trans>
                Nobody but the members of this workspace can read {slug} yet. For a public website, a rule opens all of
                it to everybody on the internet.
              </Trans>
            </p>
            <Button pending={open.isPending} onClick={() => open.mutate()}>
              <Trans>Make {slug} public</Trans>
            </Button>
          </>
        ) : (
          <>
            <p>
              <Trans>A publishable key may stand in a web page: it can do what the rules allow everybody.</Trans>
            </p>
            <Button
              variant="primary"
              pending={make.isPending || isReadable === undefined}
              onClick={() => make.mutate()}
            >
              <Trans>Create publishable key</Trans>
            </Button>
          </>
        )}
        {(open.error ?? make.error) && <ErrorState inline error={open.error ?? make.error} />}
      </div>
    </Card>
  );
}

interface ListedKey {
  readonly id: string;
  readonly last_used_at: string | null;
}

const POLL_MS = 2000;

function MadeCard({ made: { id, key } }: { readonly made: MadeKey }): ReactNode {
  const { t } = useLingui();
  const [isUsed, setUsed] = useState(false);
  const { data: keys } = useApiGet<readonly ListedKey[]>("keys", { limit: 200 }, { enabled: !isUsed, every: POLL_MS });
  if (!isUsed && keys?.some((one) => one.id === id && one.last_used_at !== null)) setUsed(true);
  return (
    <Card title={t`Your key`} description={t`It is in the code beside this. Only now is it shown.`}>
      <div className="flex flex-col gap-3 text-sm">
        <div className="flex items-center gap-2">
          <code className="min-w-0 break-all rounded-md bg-sunken px-2 py-1">{key}</code>
          <CopyButton text={key} label={t`Copy key`} />
        </div>
        <p className="flex items-center gap-2" aria-live="polite">
          {isUsed ? (
            <>
              <Check aria-hidden className="size-4 text-success-ink" />
              <Trans>Your first request arrived.</Trans>
            </>
          ) : (
            <>
              <Spinner label="" />
              <Trans>Waiting for your first request. Run the code in a terminal.</Trans>
            </>
          )}
        </p>
      </div>
    </Card>
  );
}
