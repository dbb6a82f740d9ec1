import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { FileDrop } from "../ui/file-drop.tsx";
import { ACCEPTED, pastedFile, type SourceFile, sourceFileOf } from "./source-file.ts";

interface FileChooserProps {
  readonly disabled: boolean;
  readonly onFile: (open: () => Promise<SourceFile>) => void;
}

/** A file that is dropped, chosen or pasted. */
export function FileChooser({ disabled, onFile }: FileChooserProps): ReactNode {
  return (
    <FileDrop
      accept={ACCEPTED}
      label={<Trans>A CSV, JSON, NDJSON or Excel file</Trans>}
      disabled={disabled}
      onFiles={([file]) => onFile(() => sourceFileOf(file!))}
      onText={(text) => onFile(async () => pastedFile(text))}
    />
  );
}
