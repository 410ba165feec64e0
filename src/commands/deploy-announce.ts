import { type Announcement, endOf } from "../domain/deploy/announcements.ts";
import type { DeployReport } from "../domain/deploy/report.ts";
import { HostenvError } from "../errors.ts";
import type { Deployments } from "../ports/deployments.ts";

/** Whether deployments are shown: `auto` shows them where not everybody can see the repository. */
export type Announcing = "auto" | "on" | "off";

/** What announcing needs to know. */
export interface AnnounceSettings {
  readonly announcing: Announcing;
  /** Whether everybody may see the repository, where the event tells. */
  readonly isPublic?: boolean;
  readonly commit: string;
  /** Where the run tells of what it does. */
  readonly logUrl: string | null;
}

/**
 * Tells of deployments while they happen, beside the deploy and in order. What goes wrong with it is one notice:
 * it never holds up a deploy, and is not tried again.
 */
export class Announcer {
  private readonly deployments: Deployments;
  private readonly settings: AnnounceSettings;
  private readonly ids = new Map<string, number>();
  private isOff: boolean | null;
  private last: Promise<void> = Promise.resolve();
  private trouble: HostenvError | null = null;

  constructor(deployments: Deployments, settings: AnnounceSettings) {
    this.deployments = deployments;
    this.settings = settings;
    this.isOff = settings.announcing === "auto" ? (settings.isPublic ?? null) : settings.announcing === "off";
  }

  /** Says that these begin. Returns at once. */
  begin(announced: readonly Announcement[]): void {
    this.enqueue(async () => {
      for (const each of announced) await this.begun(each);
    });
  }

  /** Says how these ended, those that never began too where they were tried; gives what went wrong with it. */
  async end(announced: readonly Announcement[], report: DeployReport): Promise<string[]> {
    this.enqueue(async () => {
      for (const each of announced) await this.ended(each, report);
    });
    await this.last;
    if (this.trouble === null) return [];
    return [`deployments are not shown on GitHub: ${this.trouble.message} (${this.trouble.hint})`];
  }

  /** Says of all that began that the deploy ended without a report, and why. Never throws. */
  async abandon(why: string): Promise<void> {
    const { logUrl } = this.settings;
    this.enqueue(async () => {
      for (const id of this.ids.values())
        await this.deployments.setState(id, { state: "failure", description: why, url: null, logUrl });
    });
    await this.last.catch(() => {});
  }

  private enqueue(work: () => Promise<void>): void {
    this.last = this.last.then(async () => {
      if (this.trouble) return;
      try {
        this.isOff ??= await this.deployments.isPublic();
        if (!this.isOff) await work();
      } catch (error) {
        if (!(error instanceof HostenvError)) throw error;
        this.trouble = error;
      }
    });
    // Whoever asks for the end hears of it.
    this.last.catch(() => {});
  }

  private async begun(announced: Announcement): Promise<number> {
    const { environment, description, isProduction, isTransient } = announced;
    const known = this.ids.get(environment);
    if (known !== undefined) return known;
    const { commit, logUrl } = this.settings;
    const id = await this.deployments.create({ environment, commit, description, isProduction, isTransient });
    this.ids.set(environment, id);
    await this.deployments.setState(id, { state: "in_progress", description, url: null, logUrl });
    return id;
  }

  private async ended(announced: Announcement, report: DeployReport): Promise<void> {
    const end = endOf(announced, report);
    const { environment, url, isProduction, isTransient } = announced;
    if (end === null && !this.ids.has(environment)) return;
    const id = await this.begun(announced);
    const { state, description } = end ?? { state: "failure", description: "its turn never came" };
    await this.deployments.setState(id, { state, description, url, logUrl: this.settings.logUrl });
    if (state === "success" && (isProduction || isTransient))
      await this.deployments.supersede(id, environment);
  }
}
