const pending = new Set<() => void>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has `undo` called should this process end first, by a signal or otherwise; it must be synchronous.
 * The returned function takes it back. Nix has a process group of its own, so the terminal's Ctrl-C
 * reaches only us.
 */
export function undoneAtExit(undo: () => void): () => void {
  if (pending.size === 0) listen();
  pending.add(undo);
  return () => {
    if (pending.delete(undo) && pending.size === 0) unlisten();
  };
}

function listen(): void {
  process.on("exit", undoAll);
  for (const signal of SIGNALS) process.on(signal, undoAndDie);
}

function unlisten(): void {
  process.off("exit", undoAll);
  for (const signal of SIGNALS) process.off(signal, undoAndDie);
}

function undoAll(): void {
  for (const undo of pending) undo();
  pending.clear();
}

function undoAndDie(signal: NodeJS.Signals): void {
  undoAll();
  unlisten();
  // As if nobody had listened, unless somebody else does and decides.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
