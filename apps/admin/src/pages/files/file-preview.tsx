import { Trans, useLingui } from "@lingui/react/macro";
import type { FileItem } from "@plinth/client/files";
import { type ReactNode, useEffect, useState } from "react";
import { ErrorState } from "../../ui/error-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { FileIcon } from "./file-icon.tsx";
import { previewKind } from "./preview-kind.ts";
import { useFileBlob, useObjectUrl } from "./use-file-blob.ts";

/** Bytes of a text that are shown. */
const FIRST_BYTES = 64 * 1024;

interface PreviewProps {
  readonly file: FileItem;
}

/** What is in a file, as far as a page can show it safely. */
export function FilePreview({ file }: PreviewProps): ReactNode {
  const kind = previewKind(file);
  if (kind === "none") return <NoPreview file={file} />;
  return kind === "text" ? <TextPreview file={file} /> : <ObjectPreview file={file} kind={kind} />;
}

function NoPreview({ file }: PreviewProps): ReactNode {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border bg-sunken py-8 text-muted text-sm">
      <FileIcon type={file.content_type} className="size-8 stroke-[1.5]" />
      <Trans>No preview of this file</Trans>
    </div>
  );
}

function TextPreview({ file }: PreviewProps): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useFileBlob(file, { enabled: true, first: FIRST_BYTES });
  const text = useText(data);
  if (error) return <ErrorState inline error={error} onRetry={() => void refetch()} />;
  if (text === undefined) return <Skeleton className="h-40 w-full" />;
  return (
    <>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        tabIndex={0}
        aria-label={t`Beginning of ${file.name}`}
        className="max-h-96 overflow-auto rounded-lg border bg-sunken p-3"
      >
        <pre className="whitespace-pre-wrap break-words font-mono text-xs">{text}</pre>
      </section>
      {file.size > FIRST_BYTES && (
        <p className="pt-1 text-muted text-xs">
          <Trans>Only the beginning is shown.</Trans>
        </p>
      )}
    </>
  );
}

function useText(blob: Blob | undefined): string | undefined {
  const [text, setText] = useState<string>();
  useEffect(() => {
    let shown = true;
    void blob?.text().then((read) => shown && setText(read));
    return () => {
      shown = false;
    };
  }, [blob]);
  return blob && text;
}

function ObjectPreview({ file, kind }: PreviewProps & { readonly kind: "image" | "pdf" }): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useFileBlob(file, { enabled: true });
  const url = useObjectUrl(data);
  if (error) return <ErrorState inline error={error} onRetry={() => void refetch()} />;
  if (url === undefined) return <Skeleton className="h-60 w-full" />;
  if (kind === "pdf") return <iframe src={url} title={file.name} className="h-96 w-full rounded-lg border" />;
  return <Picture key={url} url={url} file={file} label={t`Picture ${file.name}`} className="max-h-96" />;
}

interface PictureProps extends PreviewProps {
  readonly url: string;
  readonly label: string;
  readonly className: string;
}

/** The bytes may not be what their type says. */
function Picture({ url, file, label, className }: PictureProps): ReactNode {
  const [failed, setFailed] = useState(false);
  if (failed) return <NoPreview file={file} />;
  return (
    <img
      src={url}
      alt={label}
      onError={() => setFailed(true)}
      className={`mx-auto max-w-full rounded-lg border bg-sunken object-contain ${className}`}
    />
  );
}
