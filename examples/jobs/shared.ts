/** What the job server and its clients share: schemas, types and error codes. */
import { z } from "npm:zod@4";

/** What a client sends when it connects. */
export const Header = z.object({ token: z.string() });
export type Header = z.infer<typeof Header>;

/** The images of one job. */
export const Images = z.array(z.string().min(1)).min(1).max(100);

/** The codes of the server's errors after which the same job may succeed later. */
export const RETRYABLE = [
  "TOO_MANY_JOBS",
  "ALREADY_RUNNING",
  "SHUTTING_DOWN",
  "STORAGE_BUSY",
] as const;
export type JobErrorCode = typeof RETRYABLE[number] | "BAD_IMAGE";

export interface JobStatus {
  state: "running" | "done" | "failed" | "stopped";
  resized: number;
}

/** What the server offers. */
export interface JobsApi {
  whoAmI(): string;
  /** The client creates the ID, and keeps it for retries: a job that is done isn't done again. */
  resize(id: string, images: string[]): Promise<number>;
  status(id: string): JobStatus | null;
}

/** What a client offers. */
export interface ProgressApi {
  /** The job goes on when this returns, so a slow client slows down only its own jobs. */
  progress(id: string, done: number, total: number): void | Promise<void>;
}
