import type { CommandGroup } from "../command.ts";
import { type ApiObject, requestCommand } from "../request-command.ts";
import { settingsCommands } from "./settings-commands.ts";

const PATH = "/api/ai-settings";

export const AI_COMMANDS: CommandGroup = {
  summary: "where functions and flows ask AI models",
  actions: {
    ...settingsCommands({
      path: PATH,
      shows: "show the settings, and the tokens that were used",
      notes:
        "Such as url=https://api.openai.com/v1 key=@- 'chat_models=[\"gpt-4o-mini\"]'; null takes the server's\n" +
        "again. The value @- is read from the standard input, as keys are.\n",
      form: { example: "url=https://api.openai.com/v1", name: /^\w+$/, isSecret: (name) => name === "key" },
    }),
    test: requestCommand({
      summary: "ask the first model of each kind",
      request: () => ["POST", `${PATH}/test`],
      columns: ["kind", "model", "ok", "ms", "error"],
      rows: (answer) =>
        Object.entries(answer).flatMap(([kind, tried]) => (tried === null ? [] : [{ kind, ...(tried as ApiObject) }])),
    }),
  },
};
