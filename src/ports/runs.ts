/** A run of a workflow that came to an end. */
export interface EndedRun {
  readonly startedAt: Date;
  readonly url: string;
}

/** What ran before. */
export interface Runs {
  /**
   * The latest run that a workflow's schedule started and that was neither cancelled nor skipped; null where
   * there is none. `workflow` is its file's name. Throws HostenvError `github-forbidden`, `github-limited`,
   * `github-unreachable`, `github-rejected`.
   */
  lastScheduled(workflow: string): Promise<EndedRun | null>;
}
