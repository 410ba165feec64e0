const pending = new Set<() => void>();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has `undo` called should this process end first, by a signal or otherwise; it must be synchronous. The returned
 * function takes it back. What we start has a process group of its own, so the terminal's Ctrl-C reaches only us.
 * Whoever else listens to a signal decides what it means, and may need until the end what would be undone.
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
  if (process.listenerCount(signal) > 1) return;
  undoAll();
  unlisten();
  process.kill(process.pid, signal);
}
