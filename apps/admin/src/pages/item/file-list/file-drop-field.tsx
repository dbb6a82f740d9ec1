import type { ReactNode } from "react";
import { errorWords } from "../../../ui/error-words.ts";
import { toast } from "../../../ui/toast.ts";
import { DropArea } from "../../files/drop-area.tsx";
import type { FileStore } from "./file-store.ts";

interface FileDropFieldProps {
  readonly files: FileStore;
  readonly children: ReactNode;
}

/** Stores files that are dropped on it. */
export function FileDropField({ files, children }: FileDropFieldProps): ReactNode {
  return (
    <DropArea
      onFiles={(placed) => files.store.mutate(placed.map(({ file }) => file))}
      onError={(error) => void toast.error(errorWords(error))}
    >
      {children}
    </DropArea>
  );
}
