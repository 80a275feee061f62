/** Scalars that YAML and JSON write alike. `0101`, `+1800` and `1.50` would be changed by JSON, so they are texts. */
const JSON_SCALAR = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/;

/** Whether a text of a rule's own body is a number or a switch where it stands without quotes. */
export function isJsonScalar(text: string): boolean {
  return JSON_SCALAR.test(text) && String(JSON.parse(text)) === text;
}
