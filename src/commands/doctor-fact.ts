import type { Fact } from "../domain/doctor/check.ts";
import { explained, HostenvError } from "../errors.ts";
import type { Patience } from "../ports/machine.ts";

/** Seconds until a check is given up: a node that swallows packets is known to be down after 20. */
const MOST_SECONDS = 60;

/** What can be asked for one fact after the other without one hiding another. */
export class Facts {
  private readonly patience: Patience;

  constructor(patience: Patience) {
    this.patience = patience;
  }

  /** What `run` gives, or why it gave nothing; never rejects. `what` completes "it took too long to …". */
  async of<T>(what: string, run: () => Promise<T>): Promise<Fact<T>> {
    try {
      // A rejection at once must not pass by us, nor what is thrown before there is a promise.
      return {
        value: await this.patience.within(
          MOST_SECONDS,
          async () => run(),
          () => late(what),
        ),
      };
    } catch (error) {
      const { code, message, hint } = explained(error);
      return { fault: { code, message, hint } };
    }
  }
}

function late(what: string): HostenvError {
  return new HostenvError(
    "doctor-timeout",
    `it took more than ${MOST_SECONDS} s to ${what}`,
    "run doctor again; see what keeps it, such as a firewall that swallows packets",
  );
}

/** The value of a fact, null where there is none. */
export function hadOf<T>(fact: Fact<T>): T | null {
  return "fault" in fact ? null : fact.value;
}
