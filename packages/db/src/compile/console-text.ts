/** What has to be known of a statement that somebody wrote: where it ends, what it begins with, and where its parameters are. */

const DOLLAR_QUOTE = /(?<![\w$\u0080-\uffff])\$(?:[A-Za-z_]\w{0,62})?\$/y;
/** A `$` within a name belongs to it. */
const PARAMETER = /(?<![\w$\u0080-\uffff])\$\d{1,5}/y;

/** The index after the string, the quoted name or the comment that begins here; undefined where none does. */
function endOfPart(sql: string, at: number): number | undefined {
  const char = sql[at]!;
  if (char === "'" || char === '"' || char === "`") return endOfQuoted(sql, at, char);
  if (char === "-" && sql[at + 1] === "-") return after(sql, "\n", at);
  if (char === "/" && sql[at + 1] === "*") return after(sql, "*/", at + 2);
  if (char !== "$") return undefined;
  DOLLAR_QUOTE.lastIndex = at;
  const tag = DOLLAR_QUOTE.exec(sql)?.[0];
  return tag === undefined ? undefined : after(sql, tag, at + tag.length);
}

/** A doubled quote does not end it. */
function endOfQuoted(sql: string, at: number, quote: string): number {
  for (let end = at + 1; end < sql.length; end++) {
    if (sql[end] !== quote) continue;
    if (sql[end + 1] !== quote) return end + 1;
    end++;
  }
  return sql.length;
}

function after(sql: string, text: string, from: number): number {
  const found = sql.indexOf(text, from);
  return found < 0 ? sql.length : found + text.length;
}

/** The statement with `replace` of each string, quoted name and comment, and of what is between them. */
function mapParts(sql: string, part: (text: string) => string, rest: (text: string) => string): string {
  let mapped = "";
  let from = 0;
  for (let at = 0; at < sql.length; ) {
    const end = endOfPart(sql, at);
    if (end === undefined) {
      at++;
      continue;
    }
    mapped += rest(sql.slice(from, at)) + part(sql.slice(at, end));
    from = end;
    at = end;
  }
  return mapped + rest(sql.slice(from));
}

/** With spaces in place of strings, quoted names and comments. */
function bare(sql: string): string {
  return mapParts(
    sql,
    (part) => " ".repeat(part.length),
    (rest) => rest,
  );
}

/** Without a semicolon at its end; undefined where there is more than one statement. */
export function singleStatement(sql: string): string | undefined {
  const text = bare(sql);
  const end = text.indexOf(";");
  if (end < 0) return sql;
  return /[^;\s]/.test(text.slice(end)) ? undefined : sql.slice(0, end);
}

/** In lower case; empty where it begins with none. */
export function firstWord(sql: string): string {
  return /^[a-z]{1,20}/i.exec(bare(sql).trimStart())?.[0].toLowerCase() ?? "";
}

/** The statement with the values of `$1`, `$2` … written into it, for statements that take no parameters. */
export function withLiterals(sql: string, literal: (position: number) => string): string {
  return mapParts(
    sql,
    (part) => part,
    (rest) => {
      let written = "";
      let from = 0;
      for (let at = rest.indexOf("$"); at >= 0; at = rest.indexOf("$", at + 1)) {
        PARAMETER.lastIndex = at;
        const found = PARAMETER.exec(rest)?.[0];
        if (found === undefined) continue;
        written += rest.slice(from, at) + literal(Number(found.slice(1)));
        from = at + found.length;
      }
      return written + rest.slice(from);
    },
  );
}
