import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { CopyButton } from "../../../ui/copy-button.tsx";
import type { FlowDraftContent } from "../draft/content.ts";
import { namesFor, type Path } from "../draft/tree.ts";

interface NameHintsProps {
  readonly content: FlowDraftContent;
  /** Of the node. */
  readonly path: Path;
}

/** What expressions of the node may name, to be copied. */
export function NameHints({ content, path }: NameHintsProps): ReactNode {
  const { t } = useLingui();
  const names = useMemo(() => namesFor(content, path), [content, path]);
  return (
    <details className="text-sm">
      <summary className="cursor-pointer text-muted">{t`What expressions may name here`}</summary>
      <ul className="flex flex-wrap gap-x-3 pt-1">
        {names.map((name) => (
          <li key={name} className="flex items-center">
            <code>{name}</code>
            <CopyButton text={`{{ ${name} }}`} label={t`Copy ${name} with its braces`} />
          </li>
        ))}
      </ul>
    </details>
  );
}
