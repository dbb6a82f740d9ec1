import type { CommandGroup } from "../command.ts";
import { type ApiObject, requestCommand } from "../request-command.ts";
import { settingValues } from "./setting-values.ts";

const PATH = "/api/ai-settings";
const columns = ["setting", "value"];
const FORM = {
  example: "url=https://api.openai.com/v1",
  name: /^\w+$/,
  isSecret: (name: string) => name === "key",
};

const rows = (answer: ApiObject): ApiObject[] => Object.entries(answer).map(([setting, value]) => ({ setting, value }));

export const AI_COMMANDS: CommandGroup = {
  summary: "where functions and flows ask AI models",
  actions: {
    get: requestCommand({
      summary: "show the settings, and the tokens that were used",
      request: () => ["GET", PATH],
      columns,
      rows,
    }),
    set: requestCommand({
      summary: "change settings",
      args: ["SETTING=VALUE…"],
      notes:
        "Such as url=https://api.openai.com/v1 key=@- 'chat_models=[\"gpt-4o-mini\"]'; null takes the server's\n" +
        "again. The value @- is read from the standard input, as keys are.\n",
      request: async (args, _, { terminal }) => [
        "PATCH",
        PATH,
        Object.fromEntries(await settingValues(args, terminal, FORM)),
      ],
      columns,
      rows,
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
