import { StreamLanguage } from "@codemirror/language";

const WORDS =
  /^(?:query|mutation|subscription|fragment|on|type|interface|union|enum|input|scalar|directive|schema|extend|implements)$/;

interface State {
  /** Within a text of three quotes, which may have several lines. */
  isInBlock: boolean;
}

/** Enough to tell names, texts and variables apart. */
export const graphqlLanguage = StreamLanguage.define<State>({
  name: "graphql",
  startState: () => ({ isInBlock: false }),
  token(stream, state) {
    if (state.isInBlock || stream.match('"""')) {
      state.isInBlock = !stream.match(/^.*?"""/);
      if (state.isInBlock) stream.skipToEnd();
      return "string";
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return "number";
    if (stream.match(/^[$@]\w*/)) return "keyword";
    const name = stream.match(/^\w+/) as RegExpMatchArray | null;
    if (!name) {
      stream.next();
      return null;
    }
    if (WORDS.test(name[0])) return "keyword";
    return /^(?:true|false|null)$/.test(name[0]) ? "bool" : "propertyName";
  },
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
});
