import { isAbsolute, join, matchesGlob } from 'node:path';

/** The files of Asterisk, as they can be read. */
export interface ConfigFiles {
  /** Absent: there is no such file. @throws when it may not be read */
  read(path: string): string | undefined;
  /** Whether the file exists, even if this user may not read it. */
  exists(path: string): boolean;
  /** The files that a pattern stands for, in the order of their names. */
  glob(pattern: string): readonly string[];
}

/** `key = value` in a section. Lines count from 1. */
export interface Setting {
  key: string;
  value: string;
  file: string;
  line: number;
}

export interface Section {
  name: string;
  file: string;
  line: number;
  /** `[name](+)`: it adds to an earlier one of this name. */
  isAddition: boolean;
  /** `[name](!)`: nothing by itself, until another one inherits from it. */
  isTemplate: boolean;
  /** `[name](one,two)`: the templates that it inherits from. */
  templates: readonly string[];
  settings: Setting[];
}

/** `#include` and `#tryinclude`. */
export interface Include {
  file: string;
  line: number;
  /** An absolute path, perhaps with wildcards. */
  pattern: string;
}

/** manager.conf with all that it includes, in Asterisk's order. */
export interface ManagerConf {
  /** Its path. */
  file: string;
  sections: readonly Section[];
  includes: readonly Include[];
  /** `#exec`: Asterisk may read what a program prints. It is not run here. */
  programs: readonly { file: string; line: number }[];
  /** The text of each file that was read. */
  texts: ReadonlyMap<string, string>;
}

/** As deep as Asterisk follows includes. */
const MAX_DEPTH = 10;

const INCLUDE = /^#(?:try)?include\s+(?:"([^"]*)"|<([^>]*)>|(\S+))/i;

/** @param etc Asterisk's folder of configuration @returns absent when there is no manager.conf */
export function readManagerConf(etc: string, files: ConfigFiles): ManagerConf | undefined {
  return readAsteriskFile(join(etc, 'manager.conf'), etc, files);
}

/**
 * Reads a file as Asterisk's config.c does: comments, block comments, includes by name and by pattern.
 * @param etc to which the names in includes are relative
 * @returns absent when there is no such file
 */
export function readAsteriskFile(file: string, etc: string, files: ConfigFiles): ManagerConf | undefined {
  const conf = {
    file,
    sections: [] as Section[],
    includes: [] as Include[],
    programs: [] as { file: string; line: number }[],
    texts: new Map<string, string>(),
  };

  // An included file continues the section that includes it, and the section continues behind it.
  const take = (path: string, depth: number, within: Section | undefined): void => {
    const text = files.read(path);
    if (text === undefined) return;
    conf.texts.set(path, text);
    let section = within;
    for (const [index, content] of linesOf(text).entries()) {
      const line = index + 1;
      const [, name, options = ''] = /^\[([^\]]+)\](?:\s*\(([^)]*)\))?/.exec(content) ?? [];
      const [, quoted, angled, bare] = INCLUDE.exec(content) ?? [];
      const included = quoted ?? angled ?? bare;
      const [, key, value = ''] = /^([^=#[\]][^=]*?)\s*=>?\s*(.*)$/.exec(content) ?? [];
      if (name !== undefined) {
        section = sectionOf(name, options, path, line);
        conf.sections.push(section);
      } else if (included !== undefined) {
        const pattern = isAbsolute(included) ? included : join(etc, included);
        conf.includes.push({ file: path, line, pattern });
        if (depth < MAX_DEPTH) for (const one of files.glob(pattern)) take(one, depth + 1, section);
      } else if (/^#exec\s/i.test(content)) {
        conf.programs.push({ file: path, line });
      } else if (key !== undefined) section?.settings.push({ key: key.toLowerCase(), value, file: path, line });
    }
  };
  take(file, 0, undefined);
  return conf.texts.has(file) ? conf : undefined;
}

function sectionOf(name: string, options: string, file: string, line: number): Section {
  const words = options.split(',').map((word) => word.trim());
  return {
    name,
    file,
    line,
    isAddition: words.includes('+'),
    isTemplate: words.includes('!'),
    templates: words.filter((word) => !['', '+', '!'].includes(word)),
    settings: [],
  };
}

/** Asterisk takes `[CallEvents]` and `[callevents]` for the same. */
export const isNamed = (section: Section, name: string) => section.name.toLowerCase() === name.toLowerCase();

/** The lines without their comments. */
function linesOf(text: string): string[] {
  let isInBlock = false;
  return text.split(/\r?\n/).map((line) => {
    let rest = line;
    if (isInBlock) {
      const end = rest.indexOf('--;');
      if (end < 0) return '';
      rest = rest.slice(end + 3);
      isInBlock = false;
    }
    rest = rest.replaceAll(/;--(?!-).*?--;/g, '');
    const begin = rest.search(/;--(?!-)/);
    if (begin >= 0) {
      isInBlock = true;
      rest = rest.slice(0, begin);
    }
    return rest.replace(/(?<!\\);.*$/, '').trim();
  });
}

/**
 * The settings of a user, or of `general`. Of a repeated key the last value counts. A user may have several sections;
 * of `[general]` the first one counts, and sections that add to it.
 */
export function settingsOf(conf: ManagerConf, name: string): Setting[] {
  const own = conf.sections.filter((section) => isNamed(section, name) && !section.isTemplate);
  const counted = isGeneral(name) ? own.filter(({ isAddition }, index) => index === 0 || isAddition) : own;
  return counted.flatMap((section) => [...inherited(conf, section), ...section.settings]);
}

const isGeneral = (name: string) => name.toLowerCase() === 'general';

function inherited(conf: ManagerConf, { templates, file, line }: Section, depth = 0): Setting[] {
  if (depth === MAX_DEPTH) return [];
  return templates.flatMap((name) => {
    const template = conf.sections.find((one) => isNamed(one, name) && !(one.file === file && one.line === line));
    return template === undefined ? [] : [...inherited(conf, template, depth + 1), ...template.settings];
  });
}

export function settingOf(conf: ManagerConf, name: string, key: string): Setting | undefined {
  return settingsOf(conf, name).findLast((setting) => setting.key === key);
}

/** Values that mean yes to Asterisk. */
export const isTrue = (value: string | undefined) => /^(yes|true|y|t|1|on)$/i.test(value ?? '');

/** Values that mean no to Asterisk. */
export const isFalse = (value: string | undefined) => /^(no|false|n|f|0|off)$/i.test(value ?? '');

/** The general settings that matter for a connection. */
export interface ManagerGeneral {
  enabled: boolean;
  /** The place of an `enabled` that is not yes; absent: there is none. */
  disabledAt: Setting | undefined;
  port: number;
  /** The address that it listens on; absent: on all. */
  bindaddr: string | undefined;
  timestampevents: boolean;
  /** The sections that Asterisk ignores: a second `[general]`. */
  ignored: readonly Section[];
}

export function generalOf(conf: ManagerConf): ManagerGeneral {
  const value = (key: string) => settingOf(conf, 'general', key)?.value;
  const enabled = settingOf(conf, 'general', 'enabled');
  const bindaddr = value('bindaddr')?.replace(/^\[(.*)\]$/, '$1');
  const general = conf.sections.filter((section) => isNamed(section, 'general') && !section.isTemplate);
  return {
    enabled: isTrue(enabled?.value),
    disabledAt: isTrue(enabled?.value) ? undefined : enabled,
    port: Number(value('port') ?? 5038) || 5038,
    bindaddr: bindaddr === undefined || /^(0\.0\.0\.0|::|)$/.test(bindaddr) ? undefined : bindaddr,
    timestampevents: isTrue(value('timestampevents')),
    ignored: general.slice(1).filter(({ isAddition }) => !isAddition),
  };
}

/** The classes that a user's `read` or `write` names. */
export function classesOf(conf: ManagerConf, user: string, key: 'read' | 'write'): string[] {
  return (settingOf(conf, user, key)?.value ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '');
}

/** Whether manager.conf includes this file, or would if it were there. */
export function isIncluded(conf: ManagerConf, path: string): boolean {
  return conf.includes.some(({ pattern }) => pattern === path || matchesGlob(path, pattern));
}
