/** A deployment that is about to begin. */
export interface NewDeployment {
  readonly environment: string;
  readonly commit: string;
  /** At most 140 characters. */
  readonly description: string;
  readonly isProduction: boolean;
  readonly isTransient: boolean;
}

/** Where a deployment stands now. */
export interface DeploymentState {
  readonly state: "in_progress" | "success" | "failure";
  /** At most 140 characters. */
  readonly description: string;
  /** Where visitors find what was deployed. */
  readonly url: string | null;
  /** Where the run tells of it. */
  readonly logUrl: string | null;
}

/**
 * Deployments as the place where changes are reviewed shows them. Every method throws HostenvError as `Forge`
 * does, after half a minute at the latest.
 */
export interface Deployments {
  /** Whether everybody may see the repository. */
  isPublic(): Promise<boolean>;
  /** Its id. Written once at most; one whose answer is lost may be left without a state. */
  create(deployment: NewDeployment): Promise<number>;
  setState(id: number, state: DeploymentState): Promise<void>;
  /** Takes the place of the deployment before this one, where that is still shown as active. */
  supersede(id: number, environment: string): Promise<void>;
}
