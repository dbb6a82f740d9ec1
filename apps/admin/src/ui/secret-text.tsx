import { CopyButton } from "./copy-button.tsx";

export interface SecretTextProps {
  readonly text: string;
  /** What is copied: "Copy key". */
  readonly copyLabel: string;
}

/** A text that is shown this once, with the way to take it along. */
export function SecretText({ text, copyLabel }: SecretTextProps) {
  return (
    <div className="flex items-center gap-2 rounded-lg border bg-sunken p-2">
      <code className="min-w-0 flex-1 break-all text-xs">{text}</code>
      <CopyButton text={text} label={copyLabel} labelled />
    </div>
  );
}
