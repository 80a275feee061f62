import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** An Asterisk that runs on this machine. */
export interface RunningAsterisk {
  /** The user that it runs as. */
  uid: number;
  gid: number;
  /** Its program; absent: this user may not see it. */
  program: string | undefined;
  /** The asterisk.conf that it was started with; absent: the one that was compiled in. */
  settings: string | undefined;
}

/**
 * Finds the Asterisk that runs here, as /proc shows it. One in a container has files of its own, and is none of this
 * machine.
 * @param proc where the processes are
 */
export function runningAsterisk(proc = '/proc', root = '/'): RunningAsterisk | undefined {
  for (const pid of readdirSync(proc).filter((name) => /^\d+$/.test(name))) {
    const found = read(join(proc, pid), root);
    if (found !== undefined) return found;
  }
  return undefined;
}

function read(folder: string, root: string): RunningAsterisk | undefined {
  try {
    if (readFileSync(join(folder, 'comm'), 'utf8').trim() !== 'asterisk') return undefined;
    const argv = readFileSync(join(folder, 'cmdline'), 'utf8').split('\0');
    // The console of a person is no PBX.
    if (argv.some((word) => /^-[a-zA-Z]*[rR]/.test(word))) return undefined;
    const [here, there] = [statSync(root), statSync(join(folder, 'root'))];
    if (here.dev !== there.dev || here.ino !== there.ino) return undefined;
    const status = readFileSync(join(folder, 'status'), 'utf8');
    const idOf = (what: string) => Number(new RegExp(`^${what}:\\s*\\d+\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { uid: idOf('Uid'), gid: idOf('Gid'), program: programOf(folder), settings: settingsIn(argv) };
  } catch {
    // It has ended, or this user may not see it.
    return undefined;
  }
}

function programOf(folder: string): string | undefined {
  const program = readlinkSync(join(folder, 'exe')).replace(/ \(deleted\)$/, '');
  return /\/asterisk$/.test(program) ? program : undefined;
}

/** `-C FILE`, also behind other letters: `-fC FILE`. */
function settingsIn(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => /^-[a-zA-Z]*C$/.test(word));
  return at < 0 ? undefined : argv[at + 1];
}
