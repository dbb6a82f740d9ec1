import { useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { Download } from "lucide-react";
import { useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { type CollectionInfo, fieldsOf } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { saveFile } from "../../ui/save-file.ts";
import { toast } from "../../ui/toast.ts";

/** The workbook is made in the browser, of lines of JSON. */
const FORMATS = { xlsx: "Excel", csv: "CSV", json: "JSON", ndjson: "NDJSON" } as const;
type ExportFormat = keyof typeof FORMATS;

export interface ExportMenuProps {
  readonly collection: CollectionInfo;
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
}

/** What makes a workbook is loaded for the first one. */
async function asWorkbook(collection: CollectionInfo, { body }: Response): Promise<Blob> {
  const { workbookOf } = await import("./export-workbook.ts");
  return workbookOf(collection.slug, fieldsOf(collection), body!);
}

/** A file of all items that the list finds. */
export function ExportMenu({ collection, filter, sort }: ExportMenuProps) {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const { slug } = collection;
  const [pending, setPending] = useState(false);
  const save = async (format: ExportFormat) => {
    setPending(true);
    try {
      const isWorkbook = format === "xlsx";
      const query = {
        format: isWorkbook ? "ndjson" : format,
        ...(filter && { filter }),
        ...(sort.length > 0 && { sort: [...sort] }),
      };
      const response = await client.from(slug).export(query as object);
      const content = isWorkbook ? await asWorkbook(collection, response) : await response.blob();
      saveFile(`${slug}.${format}`, content);
    } catch (error) {
      toast.error(t`The export failed`, { description: errorWords(error) });
    } finally {
      setPending(false);
    }
  };
  return (
    <DropdownMenu
      trigger={
        <Button icon={<Download aria-hidden />} pending={pending} title={t`Export`}>
          <span className="max-xl:sr-only">{t`Export`}</span>
        </Button>
      }
      entries={Object.entries(FORMATS).map(([format, label]) => ({
        label,
        onSelect: () => void save(format as ExportFormat),
      }))}
    />
  );
}
