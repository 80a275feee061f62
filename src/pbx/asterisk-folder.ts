import { dirname, join } from 'node:path';
import { type ConfigFiles, readAsteriskFile, settingOf } from './manager-conf.ts';
import type { RunningAsterisk } from './running-asterisk.ts';

/** Where Asterisk has its configuration: from a package, and built from source. */
export const USUAL_FOLDERS = [
  '/etc/asterisk',
  '/usr/local/etc/asterisk',
  '/opt/asterisk/etc/asterisk',
  '/opt/etc/asterisk',
];

/** Asterisk's folder of configuration, and the asterisk.conf that names it. */
export interface AsteriskFolder {
  etc: string;
  /** What its console must be started with; absent: it finds it by itself. */
  settings: string | undefined;
}

/**
 * Where the Asterisk that runs here has its configuration, else where one usually has it; `astetcdir` in asterisk.conf may lead
 * to another folder.
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

/** The folder that somebody names. */
export const namedFolder = (etc: string, files: ConfigFiles): AsteriskFolder => ({
  etc,
  settings: consoleSettings(join(etc, 'asterisk.conf'), files),
});

/** Its asterisk.conf says where the console is; every Asterisk finds the usual one by itself. */
function consoleSettings(settings: string, files: ConfigFiles): string | undefined {
  return settings === '/etc/asterisk/asterisk.conf' || !files.exists(settings) ? undefined : settings;
}

/** Whom Asterisk is to run as, by its asterisk.conf; absent: it does not say so. */
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
