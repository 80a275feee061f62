import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { nodeErrorCode } from '../node-error-code.ts';
import { type AsteriskFolder, asteriskFolder, namedFolder, USUAL_FOLDERS } from '../pbx/asterisk-folder.ts';
import { isThisMachine } from '../pbx/is-this-machine.ts';
import {
  type ConfigFiles,
  generalOf,
  type ManagerConf,
  type ManagerGeneral,
  readManagerConf,
} from '../pbx/manager-conf.ts';
import type { RunningAsterisk } from '../pbx/running-asterisk.ts';
import { SetupRefused } from './prompts.ts';

/** The Asterisk that setup works for, and its AMI settings. */
export interface FoundAsterisk {
  host: string;
  port: number;
  /** The address under which it sees this machine. */
  seenAs: string;
  /** Its folder of configuration; absent: it is on another machine. */
  folder: AsteriskFolder | undefined;
  /** Absent: it is on another machine, or this user may not read it. */
  conf: ManagerConf | undefined;
  general: ManagerGeneral | undefined;
  /** Whether this user may not read its configuration. */
  isClosed: boolean;
}

export interface WhereAsterisk {
  asteriskEtc?: string | undefined;
  ami?: string | undefined;
}

/**
 * @param where as the user names it
 * @throws {SetupRefused} when no Asterisk is found
 */
export async function findAsterisk(
  where: WhereAsterisk,
  running: RunningAsterisk | undefined,
  files: ConfigFiles,
): Promise<FoundAsterisk> {
  const given = where.ami === undefined ? undefined : parseHostAndPort(where.ami);
  const isHere = where.asteriskEtc !== undefined || given === undefined || isThisMachine(given.host);
  const folder =
    where.asteriskEtc === undefined ? asteriskFolder(running, files) : namedFolder(where.asteriskEtc, files);
  const closed = { conf: undefined, general: undefined };
  if (!isHere) {
    const seenAs = await addressTowards(given.host);
    return { host: given.host, port: given.port ?? 5038, seenAs, folder: undefined, ...closed, isClosed: false };
  }
  if (folder === undefined && given === undefined)
    throw new SetupRefused(
      `There is no Asterisk here: none of ${USUAL_FOLDERS.join(', ')} has a manager.conf. ` +
        'Name its folder with --asterisk-etc DIR, or another machine with --ami HOST:PORT',
    );
  const read = folder === undefined ? { ...closed, isClosed: true } : readConf(folder.etc, files);
  const host = given?.host ?? read.general?.bindaddr ?? '127.0.0.1';
  return {
    host,
    port: given?.port ?? read.general?.port ?? 5038,
    seenAs: isIP(host) === 0 || host.startsWith('127.') || host === '::1' ? '127.0.0.1' : host,
    folder,
    ...read,
  };
}

function readConf(etc: string, files: ConfigFiles): Pick<FoundAsterisk, 'conf' | 'general' | 'isClosed'> {
  try {
    const conf = readManagerConf(etc, files);
    if (conf === undefined)
      throw new SetupRefused(`${etc} has no manager.conf. --asterisk-etc names Asterisk's folder of configuration`);
    return { conf, general: generalOf(conf), isClosed: false };
  } catch (error) {
    if (nodeErrorCode(error) !== 'EACCES') throw error;
    return { conf: undefined, general: undefined, isClosed: true };
  }
}

/** @throws {SetupRefused} */
function parseHostAndPort(text: string): { host: string; port: number | undefined } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain ?? (isIP(text) === 6 ? text : undefined);
  if (host === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65535)
    throw new SetupRefused(`--ami ${text}: expected HOST:PORT, such as 192.0.2.10:5038`);
  return { host, port: port === undefined ? undefined : Number(port) };
}

/** The source address of packets to a host; nothing is sent. */
async function addressTowards(host: string): Promise<string> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    socket.connect(5038, host);
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    throw new SetupRefused(
      `${host}: the name is not known here, or there is no way to it. --ami HOST:PORT names Asterisk`,
    );
  } finally {
    socket.close();
  }
}
