/** What the queue's server and its clients share: schemas, types and error codes. */
import { z } from "zod";

/** What a client sends when it connects. */
export const Header = z.object({ token: z.string() });
export type Header = z.infer<typeof Header>;

/** A job is idempotent: running it twice does no harm, so clients can run it again. */
export const Job = z.object({
  id: z.string().min(1),
  images: z.array(z.string().min(1)).min(1).max(100),
});
export type Job = z.infer<typeof Job>;

export interface Progress {
  readonly percent: number;
  readonly message: string;
}

export interface JobRecord {
  readonly id: string;
  state: "queued" | "running" | "done" | "failed" | "stopped";
  step: number;
}

/** What the server offers. */
export interface JobServer {
  /** Waits for a worker, resizes the images, and returns a summary. */
  run(job: Job): Promise<string>;
  /** The jobs of this user. */
  records(): JobRecord[];
}

/** What a client offers. */
export interface JobScreen {
  /** A running job goes on when this returns. */
  progress(id: string, progress: Progress): void | Promise<void>;
}

/** The codes of the server's errors, and whether the same job may succeed later. */
export const RETRYABLE = { CORRUPT_IMAGE: false, STORAGE_BUSY: true, SHUTTING_DOWN: true };
export type JobErrorCode = keyof typeof RETRYABLE;
