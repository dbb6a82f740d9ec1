import { type Command, type CommandGroup, type Commands, type Option, optionsOf } from "./command.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** What a shell sources to complete the names of commands and options. It is made from the table of commands. */
export function completionScript(shell: Shell, commands: Commands): string {
  if (shell === "fish") return fishScript(commands);
  const bash = bashScript(commands);
  return shell === "bash"
    ? bash
    : `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

interface Leaf {
  /** As it is written: `users list`. */
  readonly name: string;
  readonly spec: Command;
}

const isGroup = (entry: Command | CommandGroup): entry is CommandGroup => "actions" in entry;

function leavesOf(commands: Commands): Leaf[] {
  return Object.entries(commands).flatMap(([name, entry]) =>
    isGroup(entry)
      ? Object.entries(entry.actions).map(([action, spec]) => ({ name: `${name} ${action}`, spec }))
      : [{ name, spec: entry }],
  );
}

function groupsOf(commands: Commands): [name: string, actions: string[]][] {
  return Object.entries(commands).flatMap(([name, entry]) =>
    isGroup(entry) ? [[name, Object.keys(entry.actions)] as [string, string[]]] : [],
  );
}

function bashScript(commands: Commands): string {
  const names = [...Object.keys(commands), "help"].join(" ");
  const leaves = leavesOf(commands);
  const groups = groupsOf(commands).map(
    ([name, actions]) =>
      `    ${name}) if [ "$COMP_CWORD" = 2 ]; then words="${actions.join(" ")}"; fi; name="$name \${COMP_WORDS[2]}" ;;`,
  );
  const values = leaves.flatMap(({ name, spec }) =>
    Object.entries(optionsOf(spec)).flatMap(([option, { choices, type }]) => {
      if (type === "boolean") return [];
      // Without words, the shell offers files.
      return [`    "${name}:--${option}") words="${choices?.join(" ") ?? ""}"; valued=1 ;;`];
    }),
  );
  const options = leaves.map(({ name, spec }) => {
    const all = Object.keys(optionsOf(spec)).map((option) => `--${option}`);
    return `      "${name}") words="${all.join(" ")}" ;;`;
  });
  return `_plinth() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" name="\${COMP_WORDS[1]}" words="" valued=""
  if [ "$COMP_CWORD" = 1 ]; then words="${names}"; fi
  case "$name" in
${groups.join("\n")}
    help) if [ "$COMP_CWORD" = 2 ]; then words="${names}"; fi ;;
  esac
  case "$name:$prev" in
${values.join("\n")}
  esac
  if [ -z "$valued" ]; then case "$cur" in -*)
    case "$name" in
${options.join("\n")}
    esac ;;
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _plinth plinth
`;
}

function fishScript(commands: Commands): string {
  const first = Object.entries(commands).map(
    ([name, { summary }]) => `complete -c plinth -n __fish_use_subcommand -f -a ${name} -d ${fishText(summary)}`,
  );
  const rest = Object.entries(commands).flatMap(([name, entry]) => {
    const seen = `__fish_seen_subcommand_from ${name}`;
    if (!isGroup(entry)) return fishOptions(seen, entry);
    const actions = Object.entries(entry.actions);
    const none = `${seen}; and not __fish_seen_subcommand_from ${actions.map(([action]) => action).join(" ")}`;
    return actions.flatMap(([action, spec]) => [
      `complete -c plinth -n ${fishText(none)} -f -a ${action} -d ${fishText(spec.summary)}`,
      ...fishOptions(`${seen}; and __fish_seen_subcommand_from ${action}`, spec),
    ]);
  });
  const help = `complete -c plinth -n '__fish_seen_subcommand_from help' -f -a '${Object.keys(commands).join(" ")}'`;
  return `${[...first, "complete -c plinth -n __fish_use_subcommand -f -a help", help, ...rest].join("\n")}\n`;
}

function fishOptions(condition: string, spec: Command): string[] {
  return Object.entries(optionsOf(spec)).map(([name, option]) => {
    const { summary, short } = option;
    const shortForm = short === undefined ? "" : ` -s ${short}`;
    return `complete -c plinth -n ${fishText(condition)} -l ${name}${shortForm}${fishValue(option)} -d ${fishText(summary)}`;
  });
}

function fishValue({ type, choices, value }: Option): string {
  if (type === "boolean") return "";
  if (choices) return ` -xa '${choices.join(" ")}'`;
  return value === "FILE" ? " -rF" : " -x";
}

function fishText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
