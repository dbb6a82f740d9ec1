import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { TemplateTexts } from "./template.ts";

/** As mail programs show text without a style of its own: not in the browser's font, and with long links broken. */
const BASE = "<style>body { font: 14px/1.5 sans-serif; overflow-wrap: anywhere }</style>";

/** A message as its reader sees it. */
export function MailContent({ texts: { subject, text, html } }: { readonly texts: TemplateTexts }): ReactNode {
  const { t } = useLingui();
  return (
    <div className="flex flex-col gap-3">
      {subject && <p className="font-semibold">{subject}</p>}
      {html !== null && (
        // Nothing in it runs, and the page's policy loads nothing for it.
        <iframe
          title={t`The mail`}
          sandbox=""
          srcDoc={BASE + html}
          className="h-72 w-full rounded-md border bg-white"
        />
      )}
      <details open={html === null}>
        <summary className="cursor-pointer text-muted text-sm">
          <Trans>Plain text</Trans>
        </summary>
        <pre className="whitespace-pre-wrap break-words pt-2 font-sans text-sm">{text}</pre>
      </details>
    </div>
  );
}
