import { readFileSync } from 'node:fs';

/** How often the file is looked at. By its state, not by the kernel's events: those miss renames and network disks. */
const LOOK_EVERY_MS = 500;

/**
 * Watches a file and tells when its text has changed and then stayed the same for one look, so that a file is not taken
 * while an editor still writes it. A file that is gone for a while is waited for.
 * @returns a function that ends it
 */
export function watchText(file: string, onChange: () => void): () => void {
  const read = () => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
  };
  let taken = read();
  let changed: string | undefined;
  const look = () => {
    const text = read();
    if (text === undefined || text === taken) changed = undefined;
    else if (text !== changed) changed = text;
    else {
      taken = text;
      changed = undefined;
      onChange();
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
