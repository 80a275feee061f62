// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${credential:…} is what an administrator writes, not a template.
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Console } from '../pbx/console.ts';
import { type ConfigFiles, isNamed, type ManagerConf, type ManagerGeneral } from '../pbx/manager-conf.ts';
import { type ExistingConfig, secretOf } from './existing-config.ts';
import { type FileChange, hereDocument, isChange } from './file-change.ts';
import { type Owner, ownerOf, ownerOfNew, SECRET_MODE } from './file-owner.ts';
import type { FoundAsterisk } from './find-asterisk.ts';
import { blockOf, findBlock, removeByHand, secretInBlock, withBlock } from './manager-block.ts';
import { placeOf } from './manager-place.ts';
import { SetupRefused } from './prompts.ts';
import { type SetupMachine, secretFileOf } from './setup-machine.ts';

/** How the AMI user is made. */
export interface ManagerPlan {
  secret: string;
  changes: FileChange[];
  /** The user as text to copy by hand; absent where a change writes it. */
  stanza?: { why: string; commands: string[] };
  /** What the administrator has to correct in manager.conf, such as AMI being off: setup does not change that. */
  notes: Note[];
  reload: string;
}

export interface Note {
  text: string;
  /** The command to type; absent: nothing has to be done. */
  command?: string;
}

/** The secret's file, where config.yaml names it in one of the ways that the package does. */
const IN_ITS_FILE = /^\$\{(?:credential:\s*ami\.secret|file:.*\/ami\.secret)\s*\}$/;

/** @throws {SetupRefused} when another [callevents] stands in manager.conf */
export function planManager(
  asterisk: FoundAsterisk,
  existing: ExistingConfig,
  machine: SetupMachine,
  console: Console | undefined,
  files: ConfigFiles,
): ManagerPlan {
  const reload = console?.commandLine('manager reload') ?? "asterisk -rx 'manager reload'";
  const place = asterisk.conf === undefined ? undefined : placeOf(asterisk.conf);
  if (place?.kind === 'foreign')
    throw new SetupRefused(
      `${place.file}:${place.line} has a user [callevents] that is not from setup. Nothing was changed. ` +
        'Take it out there and run setup again; or write its secret into config.yaml yourself, where it is used as it is',
    );
  const inFile = place?.kind === 'file' ? files.read(place.file) : undefined;
  const secretFile = secretFileOf(machine);
  const known = secretOf(existing, machine.env);
  const hasOwnSecret = typeof existing.asterisk.secret === 'string' && !IN_ITS_FILE.test(existing.asterisk.secret);
  const kept = files.read(secretFile)?.replace(/\r?\n$/, '');
  const secret =
    (hasOwnSecret ? known : undefined) ??
    [kept, secretInBlock(inFile ?? '')].find((one) => one !== undefined && isUsable(one)) ??
    randomBytes(24).toString('base64url');
  const block = blockOf({ secret, permit: asterisk.seenAs, rights: existing.rights });
  const changes: FileChange[] = [];
  if (!hasOwnSecret) changes.push(secretChange(secretFile, kept, secret, machine));
  const plan: ManagerPlan = { secret, changes, notes: notesOn(asterisk, reload), reload };
  if (place?.kind === 'file') {
    const owner = ownerOf(place.file) ?? ownerOfNew(asterisk, machine, files);
    const isThere = findBlock(inFile ?? '') !== undefined;
    const byHand =
      inFile === undefined
        ? newFileByHand(place.file, block, owner)
        : `${isThere ? `${removeByHand(place.file)}\n` : ''}${hereDocument(`cat >> ${place.file}`, block)}`;
    changes.push({
      path: place.file,
      before: inFile,
      after: withBlock(inFile ?? '', block),
      mode: SECRET_MODE,
      owner,
      byHand,
    });
  } else plan.stanza = stanzaOf(asterisk, place, block, reload, ownerOfNew(asterisk, machine, files));
  plan.changes = changes.filter(isChange);
  return plan;
}

/** Without a line end, and without what begins a comment in Asterisk's files. */
const isUsable = (secret: string) => /^[\x21-\x3a\x3c-\x7e]{8,}$/.test(secret);

function secretChange(path: string, kept: string | undefined, secret: string, machine: SetupMachine): FileChange {
  return {
    path,
    before: kept === undefined ? undefined : `${kept}\n`,
    after: `${secret}\n`,
    mode: 0o600,
    // systemd hands it to the service; without systemd the service reads it itself.
    ...(!machine.hasUnit && machine.serviceUser !== undefined && { owner: machine.serviceUser }),
    isSecret: true,
    byHand: hereDocument(`install -m 600 /dev/stdin ${path}`, secret),
  };
}

/** Asterisk must be able to read it, and nobody else. */
const newFileByHand = (file: string, text: string, { uid, gid }: Owner) =>
  `mkdir -p ${dirname(file)}\n${hereDocument(`install -m 640 -o ${uid} -g ${gid} /dev/stdin ${file}`, text)}`;

function stanzaOf(
  { folder, host, isClosed }: FoundAsterisk,
  place: { file: string; includeLine: string } | undefined,
  block: string,
  reload: string,
  owner: Owner,
): NonNullable<ManagerPlan['stanza']> {
  if (place !== undefined && folder !== undefined)
    return {
      why: `${folder.etc}/manager.conf includes no file that setup may write`,
      commands: [
        newFileByHand(place.file, block, owner),
        `echo '${place.includeLine}' >> ${folder.etc}/manager.conf`,
        reload,
      ],
    };
  const where =
    isClosed && folder !== undefined
      ? `${folder.etc} may not be read by this user`
      : `Asterisk is on another machine, ${host}`;
  return {
    why: `${where}. There it goes into manager_custom.conf (FreePBX, Issabel) or manager.d/call-events.conf (Debian)`,
    commands: [block, reload],
  };
}

function notesOn({ general, conf }: FoundAsterisk, reload: string): Note[] {
  if (general === undefined || conf === undefined) return [];
  const notes: Note[] = [];
  const { disabledAt } = general;
  if (!general.enabled)
    notes.push({
      text:
        disabledAt === undefined
          ? `AMI is off: "enabled = yes" is missing in [general] of ${conf.file}`
          : `AMI is off: ${disabledAt.file}:${disabledAt.line} says "enabled = ${disabledAt.value}"; it must be "enabled = yes"`,
      command: `${switchOn(conf, general)} && ${reload}`,
    });
  for (const { file, line } of general.ignored)
    notes.push({ text: `${file}:${line} is a second [general]: Asterisk ignores it` });
  for (const { file, line } of conf.programs)
    notes.push({ text: `${file}:${line} is an #exec: what its program prints is not looked at` });
  if (general.enabled && general.bindaddr === undefined)
    notes.push({
      text: `AMI listens on all addresses of this machine; "bindaddr = 127.0.0.1" in [general] of ${conf.file} keeps it here`,
    });
  return notes;
}

/** Where it belongs to: in the first [general], for Asterisk ignores a second one. */
function switchOn({ file, sections }: ManagerConf, { disabledAt }: ManagerGeneral): string {
  if (disabledAt !== undefined) return `sed -i '${disabledAt.line}s/.*/enabled = yes/' ${disabledAt.file}`;
  const general = sections.find((section) => isNamed(section, 'general') && !section.isTemplate);
  if (general === undefined) return `sed -i '1i [general]\\nenabled = yes\\n' ${file}`;
  return `sed -i '${general.line}a enabled = yes' ${general.file}`;
}
