import { DiskPrivate } from "./adapters/disk-private.ts";
import { explained } from "./errors.ts";

// After an action's step, however it ended: its process is gone, so what secrets it left in files goes too.
try {
  await new DiskPrivate().sweep();
} catch (error) {
  const { message, code, hint } = explained(error);
  process.stdout.write(
    `::error::a file of secrets is left on this machine: ${message} [${code}] hint: ${hint}\n`,
  );
  process.exitCode = 1;
}
