import { runs } from "./processes.ts";

/** Where the figures come from. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly system: string;
  readonly versions: string;
  readonly isPinned: boolean;
  /** Of the minute before, without this run. */
  readonly load: number;
}

/** Asked before anything is run, because of the load. */
export function readMachine(): Machine {
  const { deno, v8 } = Deno.version;
  return {
    cpu: cpuName(),
    cores: navigator.hardwareConcurrency,
    memoryGB: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    system: `${Deno.build.os} ${Deno.osRelease()}`,
    versions: `Deno ${deno} (V8 ${v8}), Node ${nodeVersion()}`,
    isPinned: runs("taskset", "--version"),
    load: Deno.loadavg()[0] ?? NaN,
  };
}

function cpuName(): string {
  try {
    const name = /^model name\s*:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1];
    return name ?? Deno.build.arch;
  } catch {
    return Deno.build.arch; // not Linux
  }
}

function nodeVersion(): string {
  try {
    const { stdout } = new Deno.Command("node", { args: ["--version"] }).outputSync();
    return new TextDecoder().decode(stdout).trim().slice(1);
  } catch {
    return "none";
  }
}
