import { installedEngine } from "../installed-engine.ts";
import { servePrograms } from "./serve-programs.ts";

servePrograms(installedEngine);
