/**
 * A repository on GitHub as its settings are. All methods throw HostenvError `github-forbidden`, `github-limited`,
 * `github-unreachable`, `github-rejected`.
 */
export interface RepositorySettings {
  /** `owner/name`. */
  readonly name: string;
  /** The default branch. Throws `github-token` for a token that GitHub does not take. */
  defaultBranch(): Promise<string>;
  /** Whose the token is; null for a job's own, of which GitHub does not tell. */
  login(): Promise<string | null>;
  /** Throws `branch-missing`, too. */
  branch(name: string): Promise<{
    readonly name: string;
    readonly isProtected: boolean;
    readonly rules: readonly { readonly type: string; readonly mayBypass: boolean | null }[];
  }>;
  /** Null where there is none of that name. */
  environment(name: string): Promise<{ readonly limitsBranches: boolean; readonly reviewers: number } | null>;
}
