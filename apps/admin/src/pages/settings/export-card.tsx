import { Trans, useLingui } from "@lingui/react/macro";
import { Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { type TarEntry, tarOf } from "./tar.ts";

/** All items of the workspace as files in one archive, with the collections and rules. */
export function ExportCard(): ReactNode {
  const { t } = useLingui();
  const { slug, client, viewing } = useWorkspace();
  const [read, setRead] = useState("");
  const save = useApiMutation({
    run: async (api) => {
      const collections = await api.get<readonly CollectionInfo[]>("collections");
      const entries: TarEntry[] = [
        { name: "collections.json", content: jsonOf(collections) },
        { name: "rules.json", content: jsonOf(await api.get("permissions")) },
      ];
      // One after the other: the server has other work too.
      for (const collection of collections) {
        setRead(collection.slug);
        const response = await client.from(collection.slug).export({ format: "ndjson" });
        entries.push({ name: `${collection.slug}.ndjson`, content: await response.blob() });
      }
      const now = new Date();
      saveFile(`${slug}-${now.toISOString().slice(0, 10)}.tar`, tarOf(entries, now));
    },
    changes: [],
  });
  return (
    <Card
      title={t`Export`}
      description={t`All items, a file of NDJSON for each collection, with the collections and rules, in one archive. What is in uploaded files and in accounts, such as passwords, is not in it.`}
      actions={
        <Button
          icon={<Download aria-hidden />}
          pending={save.isPending}
          // Items would be read as somebody else.
          disabled={viewing !== undefined}
          onClick={() => save.mutate()}
        >
          <Trans>Download all items</Trans>
        </Button>
      }
    >
      <p role="status" className="text-muted text-sm empty:hidden">
        {save.isPending ? t`Reading ${read}…` : save.isSuccess ? t`The archive is saved.` : ""}
      </p>
      {save.error && <ErrorState inline error={save.error} />}
    </Card>
  );
}

function jsonOf(value: unknown): Blob {
  return new Blob([JSON.stringify(value, null, 2)]);
}
