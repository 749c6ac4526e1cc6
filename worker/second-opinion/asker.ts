/** One mention to be judged by another model. */
export interface Question {
  /** Ours, and only for this request. */
  id: string;
  text: string;
  topic: { id: string; name: string };
}

/** Where opinions come from: an HTTP endpoint or a model file. */
export interface Asker {
  /** For the log: which one. */
  readonly name: string;
  /**
   * Scores in [-1, 1] by question id; a question without a usable answer is absent. Rejects when nothing came back.
   * `signal` aborts when the time is over.
   */
  ask(questions: readonly Question[], signal: AbortSignal): Promise<ReadonlyMap<string, number>>;
  close?(): Promise<void>;
}
