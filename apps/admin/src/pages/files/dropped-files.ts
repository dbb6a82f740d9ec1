export interface PlacedFile {
  /** Below the folder into which it was dropped. */
  readonly path: string;
  readonly file: File;
}

/** The files that somebody drops, with those in the folders among them. Must be called while the event is handled. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<PlacedFile[]> {
  // The list is empty after the event.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const plain = [...files];
  if (entries.length === 0) return chosenFiles(plain);
  return (await Promise.all(entries.map((entry) => filesIn(entry, "")))).flat();
}

export function chosenFiles(files: readonly File[]): PlacedFile[] {
  return files.map((file) => ({ path: file.name, file }));
}

async function filesIn(entry: FileSystemEntry, folder: string): Promise<PlacedFile[]> {
  const path = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: PlacedFile[] = [];
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const one of entries) found.push(...(await filesIn(one, `${path}/`)));
  }
}
