import { useCollections } from "../../data/collections.ts";

/** The collection whose items are the files. */
export function useFilesSlug(): string {
  const { data: collections = [] } = useCollections();
  return collections.find(({ system }) => system === "files")?.slug ?? "files";
}
