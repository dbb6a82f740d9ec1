import { Trans } from "@lingui/react/macro";
import { VenetianMask } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Time } from "../../ui/time.tsx";
import { type ActingSession, endActing } from "./acting.ts";

interface ActingNoticeProps {
  readonly session: ActingSession;
  readonly onEnd: () => void;
}

/** Says on the user's page that a session as this user is open, until it is over. */
export function ActingNotice({ session, onEnd }: ActingNoticeProps): ReactNode {
  const { expires_at } = session;
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), Math.max(0, Date.parse(expires_at) - Date.now()));
    return () => clearTimeout(timer);
  }, [expires_at]);
  const end = useApiMutation({ run: () => endActing(session), changes: ["security-log"], onDone: onEnd });
  if (isOver) return null;
  return (
    <div className="flex flex-col gap-2">
      <div
        role="status"
        className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border bg-warning-soft p-3 text-sm text-warning-ink"
      >
        <VenetianMask aria-hidden className="size-4 shrink-0" />
        <p className="min-w-0 flex-1 basis-60">
          <Trans>
            A session of yours as this user is open until <Time absolute value={expires_at} />.
          </Trans>
        </p>
        <Button size="sm" pending={end.isPending} onClick={() => end.mutate()}>
          <Trans>End it now</Trans>
        </Button>
      </div>
      {end.error && <ErrorState inline error={end.error} />}
    </div>
  );
}
