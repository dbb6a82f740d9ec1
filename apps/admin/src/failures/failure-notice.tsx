import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../app/page-link.tsx";
import { failureSentence, failureWords } from "./failure-words.ts";

interface FailureProps {
  /** As the API has it. */
  readonly text: string;
}

/** Why something has failed, on its page: what it is, what to do, where, and the server's own words. */
export function FailureNotice({ text }: FailureProps): ReactNode {
  const { i18n } = useLingui();
  const found = failureWords(text);
  return (
    <div role="status" className="flex flex-col gap-1 rounded-lg border bg-danger-soft p-3 text-danger-ink text-sm">
      {found === undefined ? (
        <p className="break-words">{text}</p>
      ) : (
        <>
          <p className="font-medium">{failureSentence(text)}</p>
          {found.advice && <p>{i18n._(found.advice)}</p>}
          {found.page && (
            <p>
              <PageLink
                path={found.page.path}
                {...(found.page.search && { search: found.page.search })}
                className="underline"
              >
                {i18n._(found.page.label)}
              </PageLink>
            </p>
          )}
          <p lang="en" className="break-words text-xs">
            <code>{text}</code>
          </p>
        </>
      )}
    </div>
  );
}

/** The same in the line of a list. */
export function FailureLine({ text }: FailureProps): ReactNode {
  return (
    <span className="line-clamp-1 break-all text-danger-ink text-xs" title={text}>
      {failureSentence(text)}
    </span>
  );
}
