/** A change that cannot be made in the text as it stands; the message says why, and what to do. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused';
  readonly code = 'EDIT_REFUSED';
}

/** The YAML is written in a way that the editor cannot change. */
export function writtenOddly(): EditRefused {
  return new EditRefused(
    'this part of config.yaml is written in a way that cannot be changed here; change it in the file',
  );
}
