import { Trans, useLingui } from "@lingui/react/macro";
import { Upload } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { chosenFiles, type PlacedFile } from "./dropped-files.ts";

/** Chooses files in the browser's dialog. */
export function UploadButton({ onFiles }: { readonly onFiles: (files: readonly PlacedFile[]) => void }): ReactNode {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        tabIndex={-1}
        aria-label={t`Files to upload`}
        className="sr-only"
        onChange={(event) => {
          onFiles(chosenFiles([...(event.target.files ?? [])]));
          // The same file can be chosen again.
          event.target.value = "";
        }}
      />
      <Button variant="primary" icon={<Upload aria-hidden />} onClick={() => input.current?.click()}>
        <Trans>Upload</Trans>
      </Button>
    </>
  );
}
