/** `context.files.read` and `put`: bytes that come and go by chunks. Must stand behind the streams. */
export const FILES = `
async function readFile(bucket, path, options) {
  const { stream, ...facts } = await call("files.read", [bucket, path, options]);
  const body = stream === null ? new Uint8Array() : bodyStream("$files", stream);
  const file = new Response(body, { headers: { "content-type": facts.content_type, etag: '"' + facts.content + '"' } });
  return Object.assign(file, facts);
}

async function putFile(bucket, path, body, options) {
  const given = body instanceof Body ? bodyOf(body) ?? "" : body;
  const type = body instanceof Body ? body.headers.get("content-type") : null;
  const known = type === null || options?.content_type !== undefined ? options : { ...options, content_type: type };
  const isWhole = !isStream(given);
  if (isWhole) {
    const bytes = chunkOf(given);
    if (bytes.length <= MOST_WRITTEN) return call("files.put", [bucket, path, bytes, known]);
  }
  const id = await call("$files.begin", [bucket, path, known]);
  try {
    for await (const chunk of isWhole ? [given] : given) {
      const bytes = chunkOf(chunk);
      for (let at = 0; at < bytes.length; at += MOST_WRITTEN) await call("$files.write", [id, bytes.subarray(at, at + MOST_WRITTEN)]);
    }
  } catch (error) {
    await call("$files.abort", [id]);
    throw error;
  }
  return call("$files.end", [id]);
}
`;
