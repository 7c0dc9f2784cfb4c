import { lineStream } from "./lines.ts";
import type { Result } from "./suite.ts";

/** A command that runs the file of a program, which is added to it. */
export type Command = readonly [file: string, ...args: string[]];

/** What a child process is started with. */
export interface Child {
  readonly command: Command;
  /** The program's file. */
  readonly program: string;
  /** Its one argument, which goes over as JSON. */
  readonly argument: unknown;
  /** The folder to run it in: there it finds its packages. */
  readonly folder: string;
}

/** Runs a client's program to its end, and gives what it printed of each case. */
export async function runClientProgram(child: Child): Promise<Result[]> {
  await using process = start(child);
  const results: Result[] = [];
  let end: number | undefined;
  for await (const line of process.lines) {
    const told = readLine(line);
    if (told === undefined) continue;
    if (typeof told.case === "string") results.push(told as unknown as Result);
    else if (typeof told.end === "number") end = told.end;
  }
  const { code } = await process.status;
  if (code !== 0 || end !== results.length) {
    const told = `${results.length} cases told of, ${end} run`;
    throw new Error(`Cannot trust the run: status ${code}, ${told}\n${await process.errors}`);
  }
  return results;
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  /** Ends it, and fails if it had not lived until now. */
  stop(): Promise<void>;
}

/** Starts a server's program, and waits until it listens. */
export async function startServerProgram(child: Child): Promise<ServerProcess> {
  const process = start(child);
  for await (const line of process.lines) {
    const port = readLine(line)?.port;
    if (typeof port !== "number") continue;
    return {
      port,
      async stop() {
        await using ending = process;
        await ending.end();
        const { code } = await ending.status;
        const errors = await ending.errors;
        if (code !== 0) throw new Error(`Cannot trust the server: status ${code}\n${errors}`);
      },
    };
  }
  await using failed = process;
  throw new Error(`Cannot start the server: it printed no port\n${await failed.errors}`);
}

interface Running extends AsyncDisposable {
  readonly lines: AsyncIterable<string>;
  readonly status: Promise<Deno.CommandStatus>;
  readonly errors: Promise<string>;
  /** Ends its standard input, and reads what it still prints. */
  end(): Promise<void>;
}

function start({ command: [file, ...args], program, argument, folder }: Child): Running {
  const process = new Deno.Command(file, {
    args: [...args, program, JSON.stringify(argument)],
    cwd: folder,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(lineStream());
  const errors = new Response(process.stderr).text();
  const end = async (): Promise<void> => {
    if (!process.stdin.locked) await process.stdin.close().catch(() => {}); // it may have ended
    for await (const _line of lines) {
      // nobody waits for what it prints at the end
    }
  };
  return {
    lines: { [Symbol.asyncIterator]: () => lines.values({ preventCancel: true }) },
    status: process.status,
    errors,
    end,
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // it has ended by itself
      }
      await end();
      await Promise.all([process.status, errors]);
    },
  };
}

/** A line of the protocol; anything else that a runtime prints is none. */
function readLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
