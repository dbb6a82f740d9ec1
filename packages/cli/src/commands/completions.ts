import { command } from "../command.ts";
import { completionScript, SHELLS, type Shell } from "../completions.ts";
import { usage } from "../errors.ts";

export const COMPLETIONS = command({
  summary: "print the completions for a shell",
  args: [SHELLS.join("|")],
  access: "none",
  notes: `For bash, add this line to ~/.bashrc:    source <(plinth completions bash)
For zsh, add this line to ~/.zshrc:      source <(plinth completions zsh)
For fish, run this once:                 plinth completions fish > ~/.config/fish/completions/plinth.fish
`,
  async run({ args, commands, show }) {
    const shell = args[0] as Shell;
    if (!SHELLS.includes(shell)) throw usage(`There are completions for ${SHELLS.join(", ")}`);
    const script = completionScript(shell, commands);
    await show({ shell, script }, script);
    return 0;
  },
});
