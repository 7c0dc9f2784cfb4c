import { LONGEST_TIMER } from "../deadline.ts";
import { abortReason } from "../options.ts";
import { malformedReturn, named, overdue } from "../rpc/call_errors.ts";
import { NO_TERMS } from "../rpc/call_options.ts";
import type { EncodedValue } from "../session/feature.ts";
import { AnswerQueue } from "./answer_queue.ts";
import type { Answer } from "./driver_types.ts";
import { Unreadable } from "./frame.ts";
import type { Member } from "./member.ts";
import { processOf } from "./member_calls.ts";
import type { SharedGroup } from "./shared_group.ts";
import { isTarget, type Members, type Targets, targetsOf } from "./targets.ts";

/** What a question asks of which members. */
export interface QuestionParts<Info> {
  readonly path: string;
  readonly args: unknown[];
  readonly encoded: EncodedValue;
  readonly targets: Targets;
  /** In ms. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly members: Members<Info>;
  /** Missing if only members of this process are asked. */
  readonly shared: SharedGroup<Info> | undefined;
  /** The question is over. */
  over(): void;
}

/** One call of many members, whose answers come in any order, until a time limit. */
export class Question<Info> {
  readonly answers: AnswerQueue<Answer<unknown, Info>> = new AnswerQueue();
  readonly #parts: QuestionParts<Info>;
  readonly #control = new AbortController();
  readonly #cancels: (() => void)[] = [];
  /** The members that haven't answered: those of this process, and the other processes. */
  readonly #waiting = new Map<string, Member<Info>>();
  readonly #processes = new Set<string>();
  readonly #answered = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: QuestionParts<Info>) {
    this.#parts = parts;
    this.answers.cancel = () => this.#finish();
  }

  begin(): void {
    const { timeout, signal } = this.#parts;
    if (signal?.aborted === true) return this.#abort();
    signal?.addEventListener("abort", this.#abort);
    if (timeout <= LONGEST_TIMER) this.#timer = setTimeout(() => this.#late(), timeout);
    try {
      this.#askOthers();
    } catch (error) {
      return this.fail(named(this.#parts.path, error)); // it is too long for the bus
    }
    this.#askLocal();
    this.#look();
  }

  fail(error: unknown): void {
    this.answers.fail(error);
    this.#finish();
  }

  readonly #abort = (): void => this.fail(abortReason(this.#parts.signal!.reason));

  #askLocal(): void {
    const { path, args, timeout, targets, members } = this.#parts;
    const terms = { ...NO_TERMS, signals: [this.#control.signal], timeout };
    const chosen = [...targetsOf(targets, members)];
    for (const { member } of chosen) this.#waiting.set(member.id, member);
    for (const { member, rpc } of chosen) {
      rpc.call(path, args, terms).then(
        (value) => this.#answer({ member, value }),
        (error) => this.#answer({ member, error }),
      );
    }
  }

  #askOthers(): void {
    const { path, encoded, targets, timeout, shared } = this.#parts;
    if (shared === undefined) return;
    const only = targets.only && new Set([...targets.only].map(processOf));
    for (const processId of shared.directory.processes) {
      if (only?.has(processId) === false) continue;
      this.#processes.add(processId);
      const call = { path, args: encoded, targets, left: timeout, isQuiet: false };
      this.#cancels.push(shared.call(processId, call, {
        answered: (member, outcome) => this.#answer({ member, ...outcome }),
        end: (error) => this.#ended(processId, error),
      }));
    }
  }

  #answer(answer: Answer<unknown, Info>): void {
    const { id } = answer.member;
    if (this.answers.isOver || this.#answered.has(id)) return;
    this.#answered.add(id);
    this.#waiting.delete(id);
    this.answers.push(answer);
    this.#look();
  }

  /** A process has answered completely, or won't. */
  #ended(processId: string, cause: unknown): void {
    if (!this.#processes.has(processId)) return;
    if (cause !== undefined) this.#missing(processId, cause);
    this.#processes.delete(processId); // only now, because it's over without processes
    this.#look();
  }

  /** The members of a process that haven't answered count as errors. */
  #missing(processId: string, cause: unknown): void {
    const { path, targets, shared } = this.#parts;
    const error = cause instanceof Unreadable ? malformedReturn(path, cause) : cause;
    for (const member of [...shared!.directory.membersOf(processId)]) {
      if (isTarget(targets, member.id)) this.#answer({ member, error: named(path, error) });
    }
  }

  #late(): void {
    const { path, timeout } = this.#parts;
    const error = (): unknown =>
      named(path, overdue("wait any longer for", path, { ...NO_TERMS, timeout }));
    for (const member of [...this.#waiting.values()]) this.#answer({ member, error: error() });
    for (const processId of [...this.#processes]) this.#ended(processId, error());
    this.#finish();
  }

  /** Ends it if no one is left who could answer. */
  #look(): void {
    if (this.#waiting.size === 0 && this.#processes.size === 0) this.#finish();
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#parts.signal?.removeEventListener("abort", this.#abort);
    this.answers.end();
    this.#control.abort();
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#parts.over();
  }
}
