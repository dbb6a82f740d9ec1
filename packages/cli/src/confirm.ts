import { usage } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

/** Asks a person. Where there is none, `--yes` has to say it: `to` names what it is for. */
export async function confirms(terminal: Terminal, question: string, to: string): Promise<boolean> {
  const answer = await terminal.ask(`${question} [y/N] `);
  if (answer === undefined) throw usage(`There is nobody to ask here; give --yes to ${to}`);
  return /^y(es)?$/i.test(answer.trim());
}
