import type { FileItem } from "@plinth/client/files";
import { useQuery } from "@tanstack/react-query";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { gatherIds } from "./gather-ids.ts";
import { useFilesSlug } from "./use-files-slug.ts";

type ReadFile = (id: string) => Promise<FileItem | null>;

/** One for each client: those who see as somebody else have one of their own. */
const readers = new WeakMap<object, ReadFile>();

/** A file by its id, read with those that other parts of the page ask for. Null: whoever looks may not read it. */
export function useFile(id: string): FileItem | null | undefined {
  const { slug: workspace, client, viewing } = useWorkspace();
  const slug = useFilesSlug();
  const { data } = useQuery({
    queryKey: apiKey(workspace, `items/${slug}`, { file: id, viewing }),
    queryFn: () => {
      const known = readers.get(client);
      if (known) return known(id);
      const made = gatherIds(async (ids) => {
        const query = { filter: { id: { _in: ids } }, limit: ids.length };
        const { data: files } = await client.from(slug).list(query as object);
        return files as unknown as readonly FileItem[];
      });
      readers.set(client, made);
      return made(id);
    },
    staleTime: 60_000,
  });
  return data;
}
