import { dirname, join } from 'node:path';
import { type ConfigFiles, readAsteriskFile, settingOf } from './manager-conf.ts';
import type { RunningAsterisk } from './running-asterisk.ts';

/** The usual folders of Asterisk's configuration: from a package, and built from source. */
export const USUAL_FOLDERS = [
  '/etc/asterisk',
  '/usr/local/etc/asterisk',
  '/opt/asterisk/etc/asterisk',
  '/opt/etc/asterisk',
];

/** Asterisk's folder of configuration, and the asterisk.conf that names it. */
export interface AsteriskFolder {
  etc: string;
  /** The asterisk.conf that the console must be started with; absent: the console finds it. */
  settings: string | undefined;
}

/**
 * The configuration folder of the Asterisk that runs here, else a usual one; `astetcdir` in asterisk.conf may lead to
 * another folder.
 * @returns absent: there is none
 */
export function asteriskFolder(running: RunningAsterisk | undefined, files: ConfigFiles): AsteriskFolder | undefined {
  const started = running?.settings === undefined ? [] : [running.settings];
  for (const settings of [...started, ...USUAL_FOLDERS.map((folder) => join(folder, 'asterisk.conf'))]) {
    const etc = etcIn(settings, files);
    if (files.exists(join(etc, 'manager.conf'))) return { etc, settings: consoleSettings(settings, files) };
  }
  return undefined;
}

/** A folder that the user names. */
export const namedFolder = (etc: string, files: ConfigFiles): AsteriskFolder => ({
  etc,
  settings: consoleSettings(join(etc, 'asterisk.conf'), files),
});

/** The asterisk.conf to name to the console; absent for the usual one, which the console finds by itself. */
function consoleSettings(settings: string, files: ConfigFiles): string | undefined {
  return settings === '/etc/asterisk/asterisk.conf' || !files.exists(settings) ? undefined : settings;
}

/** The user that Asterisk runs as, by its asterisk.conf; absent: the file does not name one. */
export function runUserIn({ etc, settings }: AsteriskFolder, files: ConfigFiles): string | undefined {
  const conf = readAsteriskFile(settings ?? join(etc, 'asterisk.conf'), etc, files);
  return conf && settingOf(conf, 'options', 'runuser')?.value;
}

function etcIn(settings: string, files: ConfigFiles): string {
  const folder = dirname(settings);
  try {
    const conf = readAsteriskFile(settings, folder, files);
    return (conf && settingOf(conf, 'directories', 'astetcdir')?.value) || folder;
  } catch {
    // This user may not read it.
    return folder;
  }
}
