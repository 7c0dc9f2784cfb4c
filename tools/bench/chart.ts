/** Bars of the main workloads, side by side. */
import { isOurs } from "./floors.ts";
import type { Speed } from "./speed.ts";
import { type WorkloadName, WORKLOADS } from "./workloads.ts";

const SHOWN: readonly WorkloadName[] = [
  "sequential",
  "callers64",
  "burst1000",
  "back1000",
  "echo8k16",
  "echo1m",
];

/** Left out: they stand in the tables, against floors of their own. */
const ASIDE = /→|handshake|no batches|structured/;

const THEMES = {
  light: { text: "#1f2328", quiet: "#656d76", ours: "#0969da", other: "#afb8c1", floor: "#57606a" },
  dark: { text: "#e6edf3", quiet: "#8d96a0", ours: "#4493f8", other: "#484f58", floor: "#8d96a0" },
} as const;

const WIDTH = 880;
const PANEL = WIDTH / 2;
const LABEL = 170;
const BAR = 14;
const GAP = 6;
const HEAD = 44;
const FOOT = 20;
/** Room for the figure behind the longest bar. */
const FIGURE = 50;

/** A picture of the medians; the line is the echo itself. */
export function chart(speeds: readonly Speed[], theme: keyof typeof THEMES): string {
  const panels = SHOWN.map((workload) =>
    speeds
      .filter((speed) => speed.workload === workload && !ASIDE.test(speed.subject))
      .sort((a, b) => b.ratio.median - a.ratio.median)
  );
  const rows = Math.max(...panels.map(({ length }) => length));
  const height = HEAD + rows * (BAR + GAP) + FOOT;
  const total = Math.ceil(panels.length / 2) * height;
  const drawn = panels.map((group, i) => {
    const place = `translate(${i % 2 * PANEL} ${Math.floor(i / 2) * height})`;
    const panel = panelOf(WORKLOADS[SHOWN[i]!].title, group, theme);
    return `<g transform="${place}">${panel}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" ` +
    `width="${WIDTH}" height="${total}" font-family="system-ui, sans-serif" font-size="12">\n` +
    `<title>Calls per second relative to a hand-written JSON echo</title>\n` +
    `${drawn.join("\n")}\n</svg>\n`;
}

function panelOf(title: string, group: readonly Speed[], theme: keyof typeof THEMES): string {
  const { text, quiet, ours, other, floor } = THEMES[theme];
  const most = Math.max(1, ...group.map(({ ratio }) => ratio.median));
  const scale = (PANEL - LABEL - FIGURE) / most;
  const bars = group.map(({ subject, ratio }, i) => {
    const y = HEAD + i * (BAR + GAP);
    const width = Math.max(1, ratio.median * scale);
    const middle = y + BAR - 3;
    const own = isOurs(subject);
    return `<text x="${LABEL - 8}" y="${middle}" text-anchor="end" fill="${text}"` +
      `${own ? ' font-weight="600"' : ""}>${subject}</text>` +
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" ` +
      `fill="${own ? ours : other}"/>` +
      `<text x="${(LABEL + width + 6).toFixed(1)}" y="${middle}" fill="${quiet}">` +
      `${ratio.median.toFixed(2)}</text>`;
  });
  const x = (LABEL + scale).toFixed(1);
  const end = HEAD + group.length * (BAR + GAP);
  const line = `<line x1="${x}" x2="${x}" y1="${HEAD - 6}" y2="${end}" stroke="${floor}" ` +
    `stroke-dasharray="3 3"/>`;
  const head =
    `<text x="10" y="24" font-size="14" font-weight="600" fill="${text}">${title}</text>`;
  return [head, line, ...bars].join("\n");
}
