/** Shows the state and handles input. The only file that uses the page's elements. */
import type { Message, Snapshot } from "./shared.ts";

/** The state of the connection. `quiet` means open, but without a response from the server. */
export type State = "out" | "connecting" | "open" | "quiet" | "waiting";

const WORDS: Readonly<Record<State, string>> = {
  out: "Not connected",
  connecting: "Connecting…",
  open: "Connected",
  quiet: "The server doesn't respond",
  waiting: "No connection",
};

const { body } = document;
const log = at("log");
const messages = at("messages");
const text = at<HTMLInputElement>("text");
const nameInput = at<HTMLInputElement>("name");
let ownName = "";
let unsent = 0;
let uploaded = "";
let countdown: ReturnType<typeof setInterval> | undefined;

export function onEnter(enter: (name: string) => void): void {
  nameInput.value = sessionStorage.getItem("name") ?? "";
  onSubmit("enter", () => {
    const name = nameInput.value.trim();
    if (name === "") return;
    sessionStorage.setItem("name", name);
    showProblem("");
    enter(name);
  });
}

export function onLeave(leave: () => void): void {
  at("leave").addEventListener("click", leave);
}

export function onSay(say: (text: string) => void): void {
  onSubmit("say", () => {
    const said = text.value.trim();
    text.value = "";
    if (said !== "") say(said);
  });
}

export function onMove(move: (step: number) => void): void {
  at("less").addEventListener("click", () => move(-1));
  at("more").addEventListener("click", () => move(1));
}

/** Calls `send` with a file that the user has chosen, and a signal that the stop button aborts. */
export function onFile(send: (file: File, signal: AbortSignal) => Promise<void>): void {
  let control: AbortController | undefined;
  const input = at<HTMLInputElement>("file");
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (file === undefined) return;
    control = new AbortController();
    input.disabled = true;
    await send(file, control.signal);
    input.disabled = false;
    input.value = ""; // the same file can be chosen again
  });
  at("stop").addEventListener("click", () => control?.abort());
}

export function onHurry(hurry: () => void): void {
  at("hurry").addEventListener("click", hurry);
}

/** Whether there is a connection. */
export function isOpen(): boolean {
  return body.dataset.state === "open" || body.dataset.state === "quiet";
}

/** Shows the state, and the time until the next attempt in ms, if any. */
export function showState(state: State, wait = 0): void {
  const before = body.dataset.state;
  if (before !== state) {
    const isBack = state === "open" && before === "waiting" && body.dataset.inside === "yes";
    at("state").textContent = isBack ? "Connected again" : WORDS[state];
  }
  body.dataset.state = state;
  clearInterval(countdown);
  const end = performance.now() + wait;
  const tick = (): void => {
    const left = Math.ceil((end - performance.now()) / 1_000);
    at("countdown").textContent = left > 0 ? `reconnecting in ${left} s` : "reconnecting…";
  };
  if (state !== "waiting") return void (at("countdown").textContent = "");
  tick();
  countdown = setInterval(tick, 200);
}

/** Shows how many messages wait. `change` is 1 or -1. */
export function showUnsent(change: number): void {
  unsent += change;
  const words = unsent === 1 ? "1 message waits" : `${unsent} messages wait`;
  at("unsent").textContent = unsent === 0 ? "" : words;
}

export function showInside(name: string): void {
  const wasInside = body.dataset.inside === "yes";
  ownName = name;
  showState("open");
  body.dataset.inside = "yes";
  if (!wasInside) text.focus();
}

export function showOutside(): void {
  body.dataset.inside = "no";
  showState("out");
  showLatency(undefined);
  showProblem("");
  nameInput.focus();
}

/** Shows the whole room, on entering and after a reconnect. */
export function showRoom({ history, people, count }: Snapshot): void {
  log.ariaBusy = "true"; // screen readers skip old messages
  messages.replaceChildren();
  history.forEach(showMessage);
  log.ariaBusy = "false";
  log.scrollTop = log.scrollHeight;
  showPeople(people);
  showCount(count, "");
}

export function showMessage({ from, text, at: when }: Message): void {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const item = document.createElement("li");
  item.classList.toggle("mine", from === ownName);
  item.classList.toggle("again", (messages.lastElementChild as HTMLElement)?.dataset.from === from);
  item.dataset.from = from;
  const date = new Date(when);
  const time = part("time", date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.setAttribute("datetime", date.toISOString());
  const head = part("div", "");
  head.append(part("b", from), time);
  item.append(badge(from), head, part("p", text));
  messages.append(item);
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

export function showPeople(names: readonly string[]): void {
  at("people").replaceChildren(...names.map((name) => {
    const item = part("li", "");
    item.append(badge(name), part("span", name === ownName ? `${name} (you)` : name));
    return item;
  }));
}

export function showCount(count: number, by: string): void {
  at("count").textContent = String(count).replace("-", "−");
  at("by").textContent = by;
}

/** Shows how long the last call took, in ms. */
export function showLatency(ms: number | undefined): void {
  at("latency").textContent = ms === undefined ? "–" : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** Shows what went wrong. An empty text hides it. */
export function showProblem(words: string): void {
  at("problem").textContent = words;
}

/** Shows that a file is being sent. */
export function showUpload(name: string, size: number): void {
  uploaded = name;
  at<HTMLProgressElement>("progress").max = Math.max(size, 1);
  showSent(0);
  showUploaded("sending…");
  at("upload").dataset.busy = "yes";
}

/** Shows how many bytes the server has read. */
export function showSent(bytes: number): void {
  at<HTMLProgressElement>("progress").value = bytes;
}

/** Shows how an upload ended. */
export function showUploaded(outcome: string): void {
  at("upload").dataset.busy = "no";
  at("uploaded").textContent = `${uploaded}: ${outcome}`;
}

/** Puts unsent text back into the input, unless the user has typed something else. */
export function giveBack(said: string): void {
  if (text.value === "") text.value = said;
}

function at<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function onSubmit(id: string, submitted: () => void): void {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    submitted();
  });
}

/** Creates an element. The content isn't HTML, because other users write it. */
function part(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

/** The first letter of a name, with a color for the name. Hidden from screen readers. */
function badge(name: string): HTMLElement {
  const element = part("span", [...name][0]?.toUpperCase() ?? "");
  element.className = "badge";
  element.ariaHidden = "true";
  const sum = [...name].reduce((hue, letter) => (hue * 31 + letter.codePointAt(0)!) % 360, 7);
  element.style.setProperty("--hue", String(sum));
  return element;
}
