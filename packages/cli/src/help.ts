import {
  COMMON_OPTIONS,
  CONNECTION_OPTIONS,
  type Command,
  type CommandGroup,
  type Commands,
  type Option,
  type Options,
} from "./command.ts";
import { usageLine } from "./parse.ts";

const WIDTH = 110;
/** Longer names have their summary on the next line. */
const NAME_WIDTH = 30;

/** The first page: each command with what it does. */
export function overview(commands: Commands): string {
  const rows = Object.entries(commands).map(([name, entry]): HelpRow => {
    const actions = "actions" in entry ? ` (${Object.keys(entry.actions).join(", ")})` : "";
    return [name, `${entry.summary}${actions}`];
  });
  return `Plinth's command line.

Usage: plinth COMMAND [options]

Commands:
${list([...rows, ["help [COMMAND]", "explain a command and its options"]])}
Every command takes --json. Exit code: 0 done, 1 done in part, 2 it could not be done.
`;
}

export function groupHelp(name: string, { summary, actions }: CommandGroup): string {
  const rows = Object.entries(actions).map(([action, one]): HelpRow => [usageLine(action, one).slice(7), one.summary]);
  return `plinth ${name}: ${summary}

Commands:
${list(rows)}
"plinth help ${name} COMMAND" explains one of them and its options.
`;
}

export function commandHelp(name: string, spec: Command): string {
  const { access, options = {} } = spec;
  // No key can do it, so none is offered.
  const { key: _, ...others } = CONNECTION_OPTIONS;
  const connection: Options = access === "operator" ? others : CONNECTION_OPTIONS;
  return [
    `plinth ${name}: ${spec.summary}\n\nUsage: ${usageLine(name, spec)} [options]\n`,
    ...(Object.keys(options).length > 0 ? [`Options:\n${list(optionRows(options))}`] : []),
    ...(access === "none" ? [] : [`Where Plinth runs and who asks:\n${list(optionRows(connection))}`]),
    `For every command:\n${list(optionRows(COMMON_OPTIONS))}`,
    ...(spec.notes === undefined ? [] : [spec.notes]),
  ].join("\n");
}

type HelpRow = readonly [name: string, summary: string];

function optionRows(options: Options): HelpRow[] {
  return Object.entries(options).map(([name, option]) => [optionName(name, option), option.summary]);
}

function optionName(name: string, { value, short, multiple }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return `${short === undefined ? "" : `-${short}, `}${long}${multiple ? " …" : ""}`;
}

function list(rows: readonly HelpRow[]): string {
  const fitting = rows.map(([name]) => name.length).filter((length) => length <= NAME_WIDTH);
  const width = Math.max(0, ...fitting);
  return rows
    .map(([name, summary]) => {
      const indent = " ".repeat(width + 4);
      const lines = wrapped(summary, WIDTH - indent.length).join(`\n${indent}`);
      return name.length > width ? `  ${name}\n${indent}${lines}\n` : `  ${name.padEnd(width)}  ${lines}\n`;
    })
    .join("");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
