import { useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import type { JsonObject } from "@plinth/core";
import { ChartColumn, Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWorkspace } from "../../../api/workspace.ts";
import { titleField, useCollection } from "../../../data/collections.ts";
import { Button } from "../../../ui/button.tsx";
import { DropdownMenu } from "../../../ui/dropdown-menu.tsx";
import { errorWords } from "../../../ui/error-words.ts";
import { saveFile } from "../../../ui/save-file.ts";
import { toast } from "../../../ui/toast.ts";
import type { GroupFormat } from "./group-file.ts";
import { type Grouping, groupBody, groupOf, type Sum } from "./groups.ts";
import { readTitles, titleList } from "./read-titles.ts";
import { GROUPS_AT_ONCE } from "./use-groups.ts";

/** What makes the files is loaded for the first one. */
const FORMATS: Readonly<Record<GroupFormat, string>> = { xlsx: "Excel", csv: "CSV", json: "JSON" };

interface GroupToolsProps {
  readonly slug: string;
  readonly grouping: Grouping;
  readonly filter: JsonObject | undefined;
  readonly sums: readonly Sum[];
  readonly hasChart: boolean;
  readonly onChart: (shown: boolean) => void;
}

/** Shows the groups as a chart, and saves all of them as a file. */
export function GroupTools({ hasChart, onChart, ...groups }: GroupToolsProps): ReactNode {
  const { t } = useLingui();
  const { isSaving, save } = useSaving(groups);
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button
        size="sm"
        icon={<ChartColumn aria-hidden />}
        aria-pressed={hasChart}
        onClick={() => onChart(!hasChart)}
      >{t`Chart`}</Button>
      <DropdownMenu
        trigger={
          <Button size="sm" icon={<Download aria-hidden />} pending={isSaving}>
            {t`Export the groups`}
          </Button>
        }
        entries={Object.entries(FORMATS).map(([format, label]) => ({
          label,
          onSelect: () => void save(format as GroupFormat),
        }))}
      />
    </div>
  );
}

function useSaving({ slug, grouping, filter, sums }: Omit<GroupToolsProps, "hasChart" | "onChart">) {
  const { t } = useLingui();
  const { client } = useWorkspace();
  // Null or undefined where nothing of it may be read.
  const target = useCollection(grouping.field.to ?? "");
  const [isSaving, setSaving] = useState(false);
  const save = async (format: GroupFormat) => {
    setSaving(true);
    try {
      const { groupFile, readAllGroups } = await import("./group-file.ts");
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const read = async (body: JsonObject) =>
        ((await client.from(slug).aggregate(body as never)) as readonly JsonObject[]).map((row) =>
          groupOf(row, sums.length),
        );
      const bodyAt = (offset: number) => groupBody({ grouping, filter, sums, zone, limit: GROUPS_AT_ONCE, offset });
      const groups = await readAllGroups(read, bodyAt, GROUPS_AT_ONCE);
      // Of all groups: those on the page are the first ones.
      const ids = groups.flatMap(({ value }) => (typeof value === "string" ? [value] : []));
      const title = target ? titleField(target) : "id";
      const titles = target
        ? await readTitles(titleList(client, target.slug, title), title, ids).catch(noneIfForbidden)
        : undefined;
      const file = await groupFile({ slug, grouping, sums, groups, titles }, format);
      saveFile(`${slug}-${grouping.field.name}.${format}`, file);
    } catch (error) {
      toast.error(t`The export failed`, { description: errorWords(error) });
    } finally {
      setSaving(false);
    }
  };
  return { isSaving, save };
}

/** Who may not read the related items still gets their ids. */
function noneIfForbidden(error: unknown): undefined {
  if (!(error instanceof PlinthClientError) || error.code !== "FORBIDDEN") throw error;
}
