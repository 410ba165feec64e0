import type { Patience } from "../ports/machine.ts";

/** The machine's own timers, of which none is left when the promise settles. */
export const systemPatience: Patience = {
  within: <T>(seconds: number, run: () => Promise<T>, late: () => Error) =>
    new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(late()), seconds * 1000);
      run()
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    }),
};
