// Opens an address in the user's browser; if that is not possible, does nothing.
import { spawn } from "node:child_process";

/** Only for a person at a terminal who has not declined it. */
export function wantsBrowser(env, stdout) {
  return stdout.isTTY === true && !env.CI && env.PLINTH_OPEN !== "0";
}

/** The program that opens a web address on this platform. */
export function opener(url, platform = process.platform) {
  if (platform === "darwin") return ["open", [url]];
  // `start` reads its first quoted argument as a window title, and `&` would end the command.
  if (platform === "win32") return ["cmd", ["/c", "start", '""', url.replaceAll("&", "^&")]];
  return ["xdg-open", [url]];
}

export function openInBrowser(url) {
  if (!/^https?:\/\//.test(url)) return;
  const [command, args] = opener(url);
  const child = spawn(command, args, { stdio: "ignore", detached: true, windowsVerbatimArguments: true });
  // A machine without a browser is no error: the address has been printed as well.
  child.on("error", () => {});
  child.unref();
}
