/** Destination of progress: a terminal or a log. */
export interface ProgressSink {
  readonly isTTY?: boolean;
  /** Current width of the terminal, in characters. */
  readonly columns?: number;
  /** Current height of the terminal, in lines. */
  readonly rows?: number;
  write(text: string): unknown;
}
