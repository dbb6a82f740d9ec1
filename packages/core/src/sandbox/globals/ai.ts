/** `context.ai.stream`: the text of an answer, piece by piece. What the generator returns is the whole answer. */
export const AI = `
async function* aiStream(request) {
  const { stream } = await call("ai.stream", [request]);
  let isOver = false;
  try {
    for (;;) {
      const { text, answer } = await call("$ai.read", [stream]);
      if (answer !== undefined) {
        isOver = true;
        return answer;
      }
      yield text;
    }
  } finally {
    if (!isOver) await call("$ai.cancel", [stream]);
  }
}
`;
