/** Where progress is written: a terminal, or a log. */
export interface ProgressSink {
  readonly isTTY?: boolean;
  /** How wide the terminal is now, in characters. */
  readonly columns?: number;
  /** How high the terminal is now, in lines. */
  readonly rows?: number;
  write(text: string): unknown;
}
