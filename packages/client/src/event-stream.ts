/** One block of an event stream. */
export interface SseEvent {
  id?: string;
  data?: string;
  retry?: number;
}

/** Bytes of `text/event-stream` → its blocks; including comment-only blocks, as heartbeats. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += decoder.decode(value, { stream: true });
      let end = buffer.indexOf("\n\n");
      let from = 0;
      while (end >= 0) {
        yield parseBlock(buffer.slice(from, end));
        from = end + 2;
        end = buffer.indexOf("\n\n", from);
      }
      buffer = buffer.slice(from);
    }
  } finally {
    // A reader that stops closes the connection.
    reader.cancel().catch(() => {});
  }
}

function parseBlock(block: string): SseEvent {
  const event: SseEvent = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "data") event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    else if (name === "id") event.id = value;
    else if (name === "retry" && /^\d+$/.test(value)) event.retry = Number(value);
  }
  return event;
}
