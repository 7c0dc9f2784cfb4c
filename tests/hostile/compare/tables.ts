import { type Make, VERSIONS } from "./makes.ts";
import { type Verdict, VERDICTS } from "./neutral.ts";

/** What was found out about one make. */
export interface Found {
  readonly make: Make;
  readonly verdicts: readonly {
    readonly group: string;
    readonly reason: string;
    readonly verdict: Verdict;
  }[];
  /** Megabytes by which it grew when 640 MB were asked for and not read. */
  readonly growth: number;
}

const BEGIN = "<!-- measured by tests/hostile/compare.ts: begin -->";
const END = "<!-- measured by tests/hostile/compare.ts: end -->";

/** Examples that are named for each way to fail. */
const EXAMPLES = 6;

/** Puts the figures between their marks, and leaves the rest of the page as it is. */
export async function writeTables(found: readonly Found[], page: string): Promise<void> {
  const text = await Deno.readTextFile(page);
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`Cannot write the figures: "${page}" has no marks for them`);
  }
  const figures = figuresOf(found);
  await Deno.writeTextFile(page, `${before}${BEGIN}\n\n${figures}\n\n${END}${after}`);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", page] }).output();
}

/** The figures as Markdown. */
export function figuresOf(found: readonly Found[]): string {
  return [...setting(), ...tables(found), ...examples(found)].join("\n");
}

function setting(): string[] {
  const date = new Date().toISOString().slice(0, 10);
  return [
    `Measured on ${date} with \`deno task compare\`, on ` +
    `${navigator.hardwareConcurrency} cores, ${Deno.build.os}. Sheetbend ran in Deno ` +
    `${Deno.version.deno}, the other libraries in Node ${VERSIONS.node}.`,
    "",
  ];
}

function tables(found: readonly Found[]): string[] {
  return [
    "### Messages and transport, number of cases",
    "",
    ...table(found.filter(({ make }) => make.level === "messages")),
    "",
    "### Transport only, number of cases",
    "",
    ...table(found.map((one) => one.make.level === "messages" ? transportOf(one, found) : one)),
    "",
    "### A client that stops reading",
    "",
    "The client requests 640 results of 1 MiB each over one connection and reads none of them. " +
    "The server process grew by:",
    "",
    `| ${found.map(nameOf).join(" | ")} |`,
    `|${found.map(() => " --- |").join("")}`,
    `| ${found.map(({ growth }) => `${growth.toFixed()} MiB`).join(" | ")} |`,
  ];
}

/** Of a make whose messages were attacked as well: what can be compared with those that were not. */
function transportOf(one: Found, all: readonly Found[]): Found {
  const others = all.find(({ make }) => make.level === "transport");
  const reasons = new Set(others?.verdicts.map(({ reason }) => reason));
  return { ...one, verdicts: one.verdicts.filter(({ reason }) => reasons.has(reason)) };
}

function nameOf({ make }: Found): string {
  return `${make.name} ${make.version}`;
}

function table(found: readonly Found[]): string[] {
  const count = ({ verdicts }: Found, verdict: Verdict): string =>
    String(verdicts.filter((one) => one.verdict === verdict).length);
  return [
    `| | ${found.map(nameOf).join(" | ")} |`,
    `| --- |${found.map(() => " --: |").join("")}`,
    `| cases | ${found.map(({ verdicts }) => verdicts.length).join(" | ")} |`,
    ...(Object.keys(VERDICTS) as Verdict[]).map((verdict) =>
      `| ${VERDICTS[verdict]} | ${found.map((one) => count(one, verdict)).join(" | ")} |`
    ),
  ];
}

function examples(found: readonly Found[]): string[] {
  return found.flatMap((one) => {
    const { verdicts } = one;
    const bad = (Object.keys(VERDICTS) as Verdict[]).filter((verdict) => verdict !== "right");
    const lines = bad.flatMap((verdict) => {
      const reasons = [
        ...new Set(
          verdicts.filter((case_) => case_.verdict === verdict)
            .map(({ reason }) => reason.replace(/ \(\w+\)$/, "")),
        ),
      ];
      if (reasons.length === 0) return [];
      const more = reasons.length - EXAMPLES;
      const shown = reasons.slice(0, EXAMPLES).join("; ");
      return [`- ${VERDICTS[verdict]}: ${shown}${more > 0 ? `; and ${more} more` : ""}`];
    });
    return lines.length === 0 ? [] : ["", `### Failures of ${nameOf(one)}`, "", ...lines];
  });
}
