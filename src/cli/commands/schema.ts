import { jsonSchema } from '../../config/schema/json-schema.ts';
import { EXIT, type Io } from '../terminal/io.ts';

/** Prints the JSON Schema of config.yaml, for editors. */
export function runSchema(io: Io): number {
  io.stdout(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
  return EXIT.ok;
}
