import { Trans } from "@lingui/react/macro";
import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { droppedFiles, type PlacedFile } from "./dropped-files.ts";

interface DropAreaProps {
  readonly onFiles: (files: readonly PlacedFile[]) => void;
  readonly onError: (error: unknown) => void;
  readonly children: ReactNode;
}

/** Takes files and folders that are dropped anywhere on it. The button beside it does the same for keyboards. */
export function DropArea({ onFiles, onError, children }: DropAreaProps): ReactNode {
  const [over, setOver] = useState(false);
  /** Entering a child comes before leaving its parent. */
  const depth = useRef(0);
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes("Files");
  const track = (by: 1 | -1) => (event: DragEvent) => {
    if (!hasFiles(event)) return;
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button does the same for keyboards
    <div
      className="relative"
      onDragEnter={track(1)}
      onDragLeave={track(-1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        droppedFiles(event.dataTransfer).then(onFiles, onError);
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-0 z-10 flex flex-col items-center justify-center gap-2 rounded-lg border-2 border-accent border-dashed bg-selected/90 font-medium">
          <Upload aria-hidden className="size-8" />
          <Trans>Drop files or folders here</Trans>
        </div>
      )}
    </div>
  );
}
