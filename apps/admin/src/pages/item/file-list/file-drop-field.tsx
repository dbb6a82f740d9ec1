import type { Field } from "@plinth/core";
import type { ReactNode } from "react";
import { errorWords } from "../../../ui/error-words.ts";
import { toast } from "../../../ui/toast.ts";
import { DropArea } from "../../files/drop-area.tsx";
import { useFileStore } from "./file-store.ts";

interface FileDropFieldProps {
  readonly field: Field;
  readonly onStored: (ids: readonly string[]) => void;
  readonly children: ReactNode;
}

/** Stores files that are dropped on it, in the field's bucket. */
export function FileDropField({ field, onStored, children }: FileDropFieldProps): ReactNode {
  const { store } = useFileStore(field, onStored);
  const failed = (error: unknown) => void toast.error(errorWords(error));
  return (
    <DropArea
      onFiles={(placed) =>
        store.mutate(
          placed.map(({ file }) => file),
          { onError: failed },
        )
      }
      onError={failed}
    >
      {children}
    </DropArea>
  );
}
