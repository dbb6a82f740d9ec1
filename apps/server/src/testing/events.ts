/** A stream's events, one at a time. */
export function eventsOf(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  return {
    async next(): Promise<{ id?: string; retry?: string; data?: { event?: string; [more: string]: unknown } } | null> {
      for (;;) {
        const end = buffer.indexOf("\n\n");
        if (end >= 0) {
          const lines = buffer.slice(0, end).split("\n");
          buffer = buffer.slice(end + 2);
          const found: Record<string, string> = {};
          for (const line of lines) found[line.slice(0, line.indexOf(":"))] = line.slice(line.indexOf(":") + 2);
          return { ...found, ...(found.data && { data: JSON.parse(found.data) }) } as never;
        }
        const { done, value } = await reader.read();
        if (done) return null;
        buffer += value;
      }
    },
    stop: () => reader.cancel(),
  };
}
