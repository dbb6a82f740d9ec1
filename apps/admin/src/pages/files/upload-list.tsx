import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Pause, Play, RotateCw, X } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { formatBytes } from "../../ui/format.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Progress } from "../../ui/progress.tsx";
import { isOpen, type Upload, type UploadQueue } from "./upload-queue.ts";

interface UploadListProps {
  readonly uploads: readonly Upload[];
  readonly queue: UploadQueue;
}

/** What is being sent, how far it is, and what became of it. */
export function UploadList({ uploads, queue }: UploadListProps): ReactNode {
  const { t, i18n } = useLingui();
  if (uploads.length === 0) return null;
  const open = uploads.filter(isOpen);
  const [sent, total] = [sum(uploads, ({ sent }) => sent), sum(uploads, ({ file }) => file.size)];
  const amounts = [formatBytes(sent, i18n.locale), formatBytes(total, i18n.locale)] as const;
  return (
    <section aria-label={t`Uploads`} className="rounded-lg border bg-surface">
      <header className="flex flex-wrap items-center gap-2 border-b px-3 py-2 text-sm">
        <span role="status" className="font-medium">
          {open.length > 0 ? (
            <Plural value={open.length} one="# file is being sent" other="# files are being sent" />
          ) : (
            <Plural
              value={uploads.filter(({ state }) => state === "stored").length}
              one="# file stored"
              other="# files stored"
            />
          )}
        </span>
        <span className="text-muted">{t`${amounts[0]} of ${amounts[1]}`}</span>
        <Button size="sm" className="ml-auto" onClick={open.length > 0 ? queue.cancelAll : queue.clear}>
          {open.length > 0 ? <Trans>Cancel all</Trans> : <Trans>Close</Trans>}
        </Button>
      </header>
      <ul className="max-h-60 overflow-y-auto">
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} queue={queue} />
        ))}
      </ul>
    </section>
  );
}

function UploadRow({ upload, queue }: { readonly upload: Upload; readonly queue: UploadQueue }): ReactNode {
  const { t } = useLingui();
  const { id, path, file, sent, state, uploadId, error } = upload;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-1.5 text-sm last:border-b-0">
      <span className="min-w-0 flex-1 basis-40 truncate">{path}</span>
      {(state === "sending" || state === "paused") && (
        <Progress label={t`Sending ${path}`} value={sent} max={Math.max(1, file.size)} className="w-32" />
      )}
      <UploadState upload={upload} />
      {state === "sending" && uploadId !== undefined && (
        <IconButton size="sm" label={t`Pause ${path}`} icon={<Pause aria-hidden />} onClick={() => queue.pause(id)} />
      )}
      {state === "paused" && (
        <IconButton
          size="sm"
          label={t`Go on with ${path}`}
          icon={<Play aria-hidden />}
          onClick={() => queue.resume(id)}
        />
      )}
      {isOpen(upload) && (
        <IconButton size="sm" label={t`Cancel ${path}`} icon={<X aria-hidden />} onClick={() => queue.cancel(id)} />
      )}
      {state === "exists" && (
        <Button size="sm" onClick={() => queue.repeat(id)}>
          <Trans>Replace it</Trans>
        </Button>
      )}
      {(state === "failed" || state === "cancelled") && (
        <IconButton
          size="sm"
          label={t`Send ${path} again`}
          icon={<RotateCw aria-hidden />}
          onClick={() => queue.repeat(id)}
        />
      )}
      {error && <p className="w-full text-danger-ink text-xs">{errorWords(error)}</p>}
    </li>
  );
}

function UploadState({ upload: { state } }: { readonly upload: Upload }): ReactNode {
  switch (state) {
    case "waiting":
      return (
        <Badge>
          <Trans>Waiting</Trans>
        </Badge>
      );
    case "paused":
      return (
        <Badge>
          <Trans>Paused</Trans>
        </Badge>
      );
    case "stored":
      return (
        <Badge tone="success">
          <Trans>Stored</Trans>
        </Badge>
      );
    case "exists":
      return (
        <Badge tone="warning">
          <Trans>There is a file already</Trans>
        </Badge>
      );
    case "failed":
      return (
        <Badge tone="danger">
          <Trans>Failed</Trans>
        </Badge>
      );
    case "cancelled":
      return (
        <Badge>
          <Trans>Cancelled</Trans>
        </Badge>
      );
    case "sending":
      return null;
  }
}

const sum = (uploads: readonly Upload[], of: (upload: Upload) => number): number =>
  uploads.reduce((total, upload) => total + of(upload), 0);
