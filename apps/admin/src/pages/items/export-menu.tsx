import { useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { Download } from "lucide-react";
import { useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { saveFile } from "../../ui/save-file.ts";
import { toast } from "../../ui/toast.ts";

const FORMATS = ["csv", "json", "ndjson"] as const;

export interface ExportMenuProps {
  readonly slug: string;
  readonly filter: JsonObject | undefined;
  readonly sort: readonly string[];
}

/** A file of all items that the list finds. */
export function ExportMenu({ slug, filter, sort }: ExportMenuProps) {
  const { t } = useLingui();
  const { client } = useWorkspace();
  const [pending, setPending] = useState(false);
  const save = async (format: (typeof FORMATS)[number]) => {
    setPending(true);
    try {
      const query = { format, ...(filter && { filter }), ...(sort.length > 0 && { sort: [...sort] }) };
      const response = await client.from(slug).export(query as object);
      saveFile(`${slug}.${format}`, await response.blob());
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
      entries={FORMATS.map((format) => ({ label: format.toUpperCase(), onSelect: () => void save(format) }))}
    />
  );
}
